"""Reads a GGUF file: its values, and its tensors as F32. Supports the types that make_shape.cc writes, and F16."""
import struct

import numpy as np

SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
TEXT, ARRAY = 8, 9
ALIGNMENT = 32
F32, F16, Q4_0, Q8_0 = 0, 1, 2, 8
BLOCK = 32


class GgufFile:
    def __init__(self, path):
        self.data = np.memmap(path, dtype=np.uint8, mode="r")
        self.at = 0
        magic, _, tensors, values = self._unpack("4sIQQ")
        if magic != b"GGUF":
            raise SystemExit(f"{path} is not a GGUF file.")
        self.values = {self._text(): self._value(self._unpack("I")[0]) for _ in range(values)}
        self.tensors = {}
        for _ in range(tensors):
            name = self._text()
            (dimensions,) = self._unpack("I")
            shape = self._unpack(f"{dimensions}Q")
            kind, offset = self._unpack("I")[0], self._unpack("Q")[0]
            self.tensors[name] = (shape, kind, offset)
        self.begin = -(-self.at // ALIGNMENT) * ALIGNMENT

    def _unpack(self, form):
        form = "<" + form
        size = struct.calcsize(form)
        values = struct.unpack(form, self.data[self.at : self.at + size].tobytes())
        self.at += size
        return values

    def _text(self):
        (length,) = self._unpack("Q")
        self.at += length
        return self.data[self.at - length : self.at].tobytes().decode("utf-8", "replace")

    def _value(self, kind):
        if kind == TEXT:
            return self._text()
        if kind == ARRAY:
            element, count = self._unpack("I")[0], self._unpack("Q")[0]
            return [self._value(element) for _ in range(count)]
        return self._unpack(SCALARS[kind])[0]

    def tensor(self, name):
        """[rows, columns], or [columns] for a vector."""
        shape, kind, offset = self.tensors[name]
        count = int(np.prod(shape))
        begin = self.begin + offset
        rows = tuple(reversed(shape))
        if kind in (F32, F16):
            dtype = np.float32 if kind == F32 else np.float16
            return self.data[begin : begin + count * dtype().itemsize].view(dtype).astype(np.float32).reshape(rows)
        bytes_a_block = {Q4_0: 18, Q8_0: 34}[kind]
        blocks = self.data[begin : begin + count // BLOCK * bytes_a_block].reshape(-1, bytes_a_block)
        scale = np.ascontiguousarray(blocks[:, :2]).view(np.float16).astype(np.float32)
        codes = blocks[:, 2:]
        if kind == Q4_0:
            values = np.concatenate([codes & 15, codes >> 4], axis=1).astype(np.float32) - 8
        else:
            values = codes.view(np.int8).astype(np.float32)
        return (values * scale).reshape(rows)
