/** GPU plug-ins that are larger than the whole package, and so are downloaded by whoever wants them. Facts only. */

/** The release our libraries are of: a plug-in of another one does not fit them. */
export const LIBRARIES_RELEASE = '3.21.1';

export interface BackendDownload {
  readonly backend: 'cuda';
  /** `process.platform`-`process.arch`. */
  readonly platform: string;
  /** A gzipped tar archive: its path at a package registry (`registry.ts`). */
  readonly archive: string;
  readonly bytes: number;
  /** sha512 of the archive, base64, as the package registry states it. */
  readonly sha512: string;
  /** The plug-in's place in the archive. */
  readonly entry: string;
  /** What must be on the machine besides. */
  readonly needs: string;
}

export const backendDownloads: readonly BackendDownload[] = [
  {
    backend: 'cuda',
    platform: 'linux-x64',
    archive: `@node-llama-cpp/linux-x64-cuda/-/linux-x64-cuda-${LIBRARIES_RELEASE}.tgz`,
    bytes: 142_850_036,
    sha512: 'idsE55VoD/FbvLhnBC9krUJaUoC0XnebseAAnCpm/brKf61HEbu+idgbb5eN6mxkjLSrHtILprJ0nDcUJjVrFg==',
    entry: 'package/bins/linux-x64-cuda/libggml-cuda.so',
    needs: "NVIDIA's driver and the CUDA 13 runtime (libcudart, libcublas)",
  },
];

/** null where there is none for this machine. */
export function backendDownload(
  backend: string,
  platform = `${process.platform}-${process.arch}`,
): BackendDownload | null {
  return backendDownloads.find((known) => known.backend === backend && known.platform === platform) ?? null;
}
