import { readFileSync } from 'node:fs';

const commands: [RegExp, (name: string) => string][] = [
  [/debian|ubuntu/, (name) => `sudo apt-get install -y ${name}`],
  [/fedora|rhel|centos/, (name) => `sudo dnf install -y ${name}`],
  [/suse/, (name) => `sudo zypper install -y ${name}`],
  [/arch/, (name) => `sudo pacman -S ${name}`],
  [/alpine/, (name) => `sudo apk add ${name}`],
];

/** The command by which this machine's distribution installs a package, or a sentence where it is not known. */
export function installCommand(name: string, osRelease = readOsRelease()): string {
  const ids = osRelease.match(/^ID(_LIKE)?=.*$/gm)?.join(' ') ?? '';
  return commands.find(([pattern]) => pattern.test(ids))?.[1](name) ?? `install the package ${name}`;
}

function readOsRelease(): string {
  try {
    return readFileSync('/etc/os-release', 'utf8');
  } catch {
    return '';
  }
}
