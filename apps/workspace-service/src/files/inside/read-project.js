/**
 * Runs inside a workspace's sandbox, as its owner, and reads its files for the platform: one question on stdin, one answer on
 * stdout, both JSON. The files may be hostile and change meanwhile, so it goes from directory to directory by what it has open,
 * follows no link, and opens nothing but directories and regular files. It stands alone: there is no other module inside.
 *
 * @typedef {{ do: 'list', path: string, entries: number, scan: number, bytes: number }} ListQuestion
 * @typedef {{ do: 'read', path: string, bytes: number, answerBytes: number }} ReadQuestion
 * @typedef {{ do: 'gather', paths: string[], bytes: number, allBytes: number }} GatherQuestion
 * @typedef {import('node:fs').Stats} Stats
 */
import { closeSync, constants, fstatSync, lstatSync, opendirSync, openSync, readlinkSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';

const { O_DIRECTORY, O_NOCTTY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;

/** Why something is not shown; the platform has the words. */
class Refusal extends Error {
  /** @param {string} why @param {string | null} [target] where the link in the way leads */
  constructor(why, target = null) {
    super(why);
    this.target = target;
  }
}

/** @type {Record<string, string>} */
const reasons = { ENOENT: 'missing', ENAMETOOLONG: 'missing', EACCES: 'denied', EPERM: 'denied', ELOOP: 'link' };

/** @template T @param {() => T} work @returns {T} */
function trying(work) {
  try {
    return work();
  } catch (error) {
    if (error instanceof Refusal) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw new Refusal(reasons[code] ?? `failed ${code}`);
  }
}

/** Names as they are, byte for byte. @param {number} directory @param {Buffer} name */
function at(directory, name) {
  return Buffer.concat([Buffer.from(`/proc/self/fd/${directory}/`), name]);
}

/** @param {Buffer} place @returns {Refusal} */
function linkAt(place) {
  return new Refusal('link', readlinkSync(place, { encoding: 'latin1' }));
}

/** @param {number} directory @param {Buffer} name @param {string} otherwise why, if it is no directory */
function openDirectory(directory, name, otherwise) {
  return trying(() => {
    const place = at(directory, name);
    const entry = lstatSync(place);
    if (entry.isSymbolicLink()) throw linkAt(place);
    if (!entry.isDirectory()) throw new Refusal(otherwise);
    return openSync(place, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  });
}

/**
 * Gives the directory in which the last part of a path is, and that part; none for the project itself.
 * @template T @param {Buffer[]} parts @param {(directory: number, name: Buffer | undefined) => T} work @returns {T}
 */
function walk(parts, work) {
  let directory = trying(() => openSync('.', O_RDONLY | O_DIRECTORY));
  try {
    for (const part of parts.slice(0, -1)) {
      const next = openDirectory(directory, part, 'missing');
      closeSync(directory);
      directory = next;
    }
    return work(directory, parts.at(-1));
  } finally {
    closeSync(directory);
  }
}

/** @param {string} path as bytes, one a character */
function partsOf(path) {
  return path === '' ? [] : path.split('/').map((part) => Buffer.from(part, 'latin1'));
}

/** @template T @param {Buffer} place @param {(file: number, stat: Stats) => T} work @returns {T} */
function withFile(place, work) {
  return trying(() => {
    const seen = lstatSync(place);
    if (seen.isSymbolicLink()) throw linkAt(place);
    refuseUnlessFile(seen);
    // It may be something else by now: then it opens without a wait, and is looked at again.
    const file = openSync(place, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    try {
      const stat = fstatSync(file);
      refuseUnlessFile(stat);
      return work(file, stat);
    } finally {
      closeSync(file);
    }
  });
}

/** @param {Stats} stat */
function refuseUnlessFile(stat) {
  if (stat.isDirectory()) throw new Refusal('directory');
  if (!stat.isFile()) throw new Refusal('special');
}

/** @param {number} file @param {number} most bytes */
function contentOf(file, most) {
  const buffer = Buffer.allocUnsafe(most);
  let length = 0;
  for (let got = 1; got > 0 && length < most; length += got) {
    got = readSync(file, buffer, length, most - length, null);
  }
  return buffer.subarray(0, length);
}

/** What is not UTF-8 becomes U+FFFD; a character that the limit cuts is left out. @param {Buffer} bytes @param {boolean} whole */
function textOf(bytes, whole) {
  const decoder = new StringDecoder('utf8');
  return decoder.write(bytes) + (whole ? decoder.end() : '');
}

/** @param {string} bytes one a character */
function shown(bytes) {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** @param {number} ms */
function timeOf(ms) {
  return new Date(Math.min(Math.max(ms, 0), Date.UTC(9999, 11, 31))).toISOString();
}

/** @param {number} size of a sparse file it may be beyond what a number can count */
function sizeOf(size) {
  return Math.min(size, Number.MAX_SAFE_INTEGER);
}

/** @param {Stats} stat */
function typeOf(stat) {
  if (stat.isSymbolicLink()) return 'symlink';
  if (stat.isDirectory()) return 'directory';
  return stat.isFile() ? 'file' : 'other';
}

/** @param {number} directory @param {number} most */
function namesIn(directory, most) {
  const names = [];
  let more = false;
  const reading = opendirSync(`/proc/self/fd/${directory}`, { encoding: 'latin1', bufferSize: 512 });
  try {
    for (let entry = reading.readSync(); entry && !more; entry = reading.readSync()) {
      more = names.length === most;
      if (!more) names.push({ name: entry.name, last: entry.isDirectory() ? 0 : 1 });
    }
  } finally {
    reading.closeSync();
  }
  names.sort((a, b) => a.last - b.last || (a.name < b.name ? -1 : 1));
  return { names: names.map(({ name }) => name), more };
}

/** @param {number} directory @param {string} name @param {string} path */
function entryOf(directory, name, path) {
  const place = at(directory, Buffer.from(name, 'latin1'));
  try {
    const stat = lstatSync(place);
    const type = typeOf(stat);
    return {
      name: shown(name),
      path: shown(path === '' ? name : `${path}/${name}`),
      type,
      size: sizeOf(stat.size),
      modified_at: timeOf(stat.mtimeMs),
      target: type === 'symlink' ? shown(readlinkSync(place, { encoding: 'latin1' })) : null,
    };
  } catch {
    // It has gone meanwhile.
    return undefined;
  }
}

/** @param {ListQuestion} question */
function list({ path, entries: most, scan, bytes }) {
  return walk(partsOf(path), (parent, name) => {
    const directory = name === undefined ? parent : openDirectory(parent, name, 'file');
    const { names, more } = trying(() => namesIn(directory, scan));
    const entries = [];
    let truncated = more || names.length > most;
    let size = 0;
    for (const entryName of names.slice(0, most)) {
      const entry = entryOf(directory, entryName, path);
      if (!entry) continue;
      size += Buffer.byteLength(JSON.stringify(entry));
      if (size > bytes) {
        truncated = true;
        break;
      }
      entries.push(entry);
    }
    return { path: shown(path), entries, truncated };
  });
}

/** @param {ReadQuestion} question */
function read({ path, bytes: most, answerBytes }) {
  return walk(partsOf(path), (directory, name) => {
    if (name === undefined) throw new Refusal('directory');
    return withFile(at(directory, name), (file, stat) => {
      const bytes = contentOf(file, most + 1);
      const size = Math.max(sizeOf(stat.size), bytes.length);
      const facts = { path: shown(path), size, modified_at: timeOf(stat.mtimeMs) };
      let truncated = bytes.length > most;
      if (bytes.includes(0)) return { ...facts, encoding: 'binary', content: null, truncated: false };
      let content = textOf(bytes.subarray(0, most), !truncated);
      // Control characters are six bytes in an answer.
      for (; Buffer.byteLength(JSON.stringify(content)) > answerBytes; truncated = true) {
        content = content.slice(0, content.length / 2).replace(/[\ud800-\udbff]$/, '');
      }
      return { ...facts, encoding: 'utf8', content, truncated };
    });
  });
}

/** @param {string} path @param {number} most bytes */
function gatherOne(path, most) {
  try {
    return walk(partsOf(path), (directory, name) => {
      if (name === undefined) throw new Refusal('directory');
      return withFile(at(directory, name), (file, { mode }) => {
        const bytes = contentOf(file, most + 1);
        const whole = bytes.length <= most;
        const binary = bytes.includes(0);
        const content = binary ? '' : textOf(bytes.subarray(0, most), whole);
        return { kind: 'file', executable: (mode & 0o100) !== 0, binary, content, whole };
      });
    });
  } catch (error) {
    if (error instanceof Refusal && error.message === 'link' && error.target !== null) {
      return { kind: 'link', target: shown(error.target) };
    }
    return null;
  }
}

/** Many files, as far as they go. @param {GatherQuestion} question */
function gather({ paths, bytes, allBytes }) {
  let left = allBytes;
  return paths.map((path) => {
    const found = gatherOne(path, Math.max(0, Math.min(bytes, left)));
    left -= Buffer.byteLength(JSON.stringify(found));
    return found;
  });
}

/** @param {ListQuestion | ReadQuestion | GatherQuestion} question */
function answerTo(question) {
  switch (question.do) {
    case 'list':
      return list(question);
    case 'read':
      return read(question);
    case 'gather':
      return gather(question);
  }
}

const parts = [];
for await (const part of process.stdin) parts.push(part);
/** @type {unknown} */
let answer;
try {
  answer = { answer: answerTo(JSON.parse(Buffer.concat(parts).toString('utf8'))) };
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  answer = { refused: error.message, target: error.target === null ? null : shown(error.target) };
}
process.stdout.write(JSON.stringify(answer));
