/** Explains which library a GPU plug-in needs to load, and how to get it. */

const CUDA_RUNTIME = /(?:cudart|cublas|cublasLt)(?:64_|\.so\.)(\d+)/;
const NVIDIA_DRIVER = /libcuda\.so|nvcuda\.dll/;
const VULKAN_LOADER = /libvulkan\.so|vulkan-1\.dll/;

/** `reason`: the system's message, which names the file. '' if there is nothing to add to it. */
export function howToMend(reason: string, platform: NodeJS.Platform = process.platform): string {
  const runtime = CUDA_RUNTIME.exec(reason)?.[1];
  if (runtime !== undefined) {
    const other =
      runtime === '13'
        ? 'for CUDA 12, on the command line: repotune backends get cuda12'
        : 'for CUDA 13, with "Repotune: Download the CUDA Backend…" (on the command line: repotune backends get cuda)';
    const packages =
      platform === 'win32'
        ? `the libraries of the CUDA ${runtime} toolkit (its installer's "Runtime" part)`
        : `the packages cuda-cudart-${runtime}-0 and libcublas-${runtime}-0 of NVIDIA's repository, or the CUDA ${runtime} toolkit`;
    return `Install ${packages} from developer.nvidia.com/cuda-downloads, or get the plug-in that fits what is there: ${other}.`;
  }
  if (NVIDIA_DRIVER.test(reason)) return "Install NVIDIA's driver; this plug-in is of no use without an NVIDIA card.";
  if (VULKAN_LOADER.test(reason))
    return platform === 'win32'
      ? "Install the graphics card's current driver: it brings Vulkan."
      : 'Install the Vulkan loader (Debian and Ubuntu: libvulkan1; Fedora: vulkan-loader).';
  return '';
}
