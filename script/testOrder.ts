/** The order in which Vitest runs test files. */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** These compile hundreds of shaders for a Vulkan driver in software, a minute each time: the driver keeps them for the next one. */
const ON_VULKAN = ['server/engine/device.test.ts', 'server/runs/deviceLost.test.ts', 'bench/gpuCheck.test.ts'];

/** The first file on Vulkan comes first of all, and the others so far apart that none of them compiles what another is compiling. */
export class TestOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const placeOf = ({ moduleId }: TestSpecification): number => ON_VULKAN.findIndex((name) => moduleId.endsWith(name));
    const order = sorted.filter((file) => placeOf(file) < 0);
    const onVulkan = sorted.filter((file) => placeOf(file) >= 0).toSorted((a, b) => placeOf(a) - placeOf(b));
    for (const [at, file] of onVulkan.entries())
      order.splice(Math.ceil((at * order.length) / onVulkan.length), 0, file);
    return order;
  }
}
