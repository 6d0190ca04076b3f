import { expect, it } from 'vitest';
import { missingDevice } from './missingDevice.ts';

const here = () => '/plug-in.so';
const absent = () => null;

it.each([
  [
    'whose plug-in was never downloaded names the command that downloads it',
    missingDevice('cuda', 'No cuda device was found on this machine.', absent, 'linux-x64'),
    /^The cuda backend is not installed\. Run "Repotune: Download the CUDA Backend…" .*repotune backends get cuda\), or choose the device `auto` or `cpu`\.$/,
  ],
  [
    'that no platform like this has says so',
    missingDevice('cuda', 'No cuda device was found on this machine.', absent, 'darwin-arm64'),
    /^There is no cuda backend for darwin-arm64: choose the device `auto` or `cpu`\.$/,
  ],
  [
    'whose plug-in lacks a library names the packages',
    missingDevice('cuda', 'No cuda device was found on this machine (libcudart.so.13: cannot open it).', here),
    /^No cuda device .*\(libcudart.*\)\. Install .*CUDA 13.*\. Or choose the device `auto` or `cpu`\.$/,
  ],
  [
    'without a driver asks for one',
    missingDevice('vulkan', 'No vulkan device was found on this machine (its driver reports no device).', here),
    /^No vulkan device .*\. Install the graphics card's current driver\. Or choose/,
  ],
  [
    'of a kind that this system never has keeps the sentence',
    missingDevice('metal', 'No metal device was found on this machine.'),
    /^No metal device was found on this machine\. .*choose the device/,
  ],
])('the error for a device %s', (_, message, expected) => {
  expect(message).toMatch(expected);
});
