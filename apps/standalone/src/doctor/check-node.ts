import { fail, ok, type Check } from './check.js';

const oldest = [20, 19] as const;

export function checkNode(version: string = process.versions.node): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const fits = major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
  return fits
    ? ok('node', `Node.js ${version}.`)
    : fail(
        'node',
        `Node.js ${version} is older than ${oldest.join('.')}.`,
        'Install Node.js 22 or newer from https://nodejs.org.',
      );
}
