/** GPU plug-ins, which are larger than the whole package and so downloaded on request. Facts only. */

/** Release of our libraries: a plug-in from another one is incompatible. */
export const LIBRARIES_RELEASE = '3.21.1';

export interface BackendDownload {
  /** The requested name. Both are the plug-in `cuda`, for different releases of CUDA: one replaces the other. */
  readonly name: 'cuda' | 'cuda12';
  readonly backend: 'cuda';
  /** `process.platform`-`process.arch`. */
  readonly platform: string;
  /** A gzipped tar archive: its path in a package registry (`registry.ts`). */
  readonly archive: string;
  readonly bytes: number;
  /** sha512 of the archive, base64, as stated by the package registry. */
  readonly sha512: string;
  /** Path of the plug-in in the archive. */
  readonly entry: string;
  /** What else must be installed. */
  readonly needs: string;
}

const archive = (platform: string): string => `@node-llama-cpp/${platform}/-/${platform}-${LIBRARIES_RELEASE}.tgz`;

export const backendDownloads: readonly BackendDownload[] = [
  {
    name: 'cuda',
    backend: 'cuda',
    platform: 'linux-x64',
    archive: archive('linux-x64-cuda'),
    bytes: 142_850_036,
    sha512: 'idsE55VoD/FbvLhnBC9krUJaUoC0XnebseAAnCpm/brKf61HEbu+idgbb5eN6mxkjLSrHtILprJ0nDcUJjVrFg==',
    entry: 'package/bins/linux-x64-cuda/libggml-cuda.so',
    needs: "NVIDIA's driver and the CUDA 13 runtime (libcudart, libcublas)",
  },
  {
    name: 'cuda12',
    backend: 'cuda',
    platform: 'linux-x64',
    archive: archive('linux-x64-cuda-ext'),
    bytes: 176_679_086,
    sha512: '1PuURowccBcks3CCoMe1mTHh5vD0V5bFHMUEgtbI/OSDjpP+Pdbn+lf42CGUrepTzR8kCH1HovQ7d8q6/vuIKA==',
    entry: 'package/bins/linux-x64-cuda/fallback/libggml-cuda.so',
    needs: "NVIDIA's driver and the CUDA 12 runtime (libcudart, libcublas)",
  },
  {
    name: 'cuda',
    backend: 'cuda',
    platform: 'win32-x64',
    archive: archive('win-x64-cuda'),
    bytes: 138_542_727,
    sha512: 'PLz70neFEMkQTlmJqG1ujUtCSgHasLPMxQ9rLkqQVmZYAXqkRj+45TIHCjdn3XqUeaoun0vrO9rRaxZ8NVq9jg==',
    entry: 'package/bins/win-x64-cuda/ggml-cuda.dll',
    needs: "NVIDIA's driver and the CUDA 13 runtime (cublas64_13.dll)",
  },
  {
    name: 'cuda12',
    backend: 'cuda',
    platform: 'win32-x64',
    archive: archive('win-x64-cuda-ext'),
    bytes: 175_417_684,
    sha512: 'L2MxLVEYPDDe4O8EDWPmX6brldc9+Vt9hNoT/anj3pSnmrjkQcmaoKhHs6oP5qhEhb5Uog0rj6lgzNGtJO3p9Q==',
    entry: 'package/bins/win-x64-cuda/fallback/ggml-cuda.dll',
    needs: "NVIDIA's driver and the CUDA 12 runtime (cudart64_12.dll, cublas64_12.dll)",
  },
];

/** null if there is none for this machine. */
export function backendDownload(
  name: string,
  platform = `${process.platform}-${process.arch}`,
): BackendDownload | null {
  return backendDownloads.find((known) => known.name === name && known.platform === platform) ?? null;
}
