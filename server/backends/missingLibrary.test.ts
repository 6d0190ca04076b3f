import { expect, test } from 'vitest';
import { howToMend } from './missingLibrary.ts';

const dlopen = (file: string) => `${file}: cannot open shared object file: No such file or directory`;

test.each([
  [
    dlopen('libcublas.so.13'),
    'linux',
    /libcublas-13-0.*for CUDA 12, on the command line: repotune backends get cuda12\.$/,
  ],
  [dlopen('libcudart.so.12'), 'linux', /cuda-cudart-12-0.*for CUDA 13, with "Repotune: Download the CUDA Backend…"/],
  ['cublas64_13.dll is missing', 'win32', /CUDA 13 toolkit.*"Runtime".*cuda12/],
  [dlopen('libcuda.so.1'), 'linux', /NVIDIA's driver/],
  ['nvcuda.dll is missing', 'win32', /NVIDIA's driver/],
  [dlopen('libvulkan.so.1'), 'linux', /libvulkan1/],
  ['vulkan-1.dll is missing', 'win32', /driver: it brings Vulkan/],
  ['its driver reports no device', 'linux', /^$/],
] as const)('says how to mend %s on %s', (reason, platform, words) => {
  expect(howToMend(reason, platform)).toMatch(words);
});
