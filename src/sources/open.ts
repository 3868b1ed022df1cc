import {
  accessSync,
  closeSync,
  constants,
  createReadStream,
  existsSync,
  fstatSync,
  open,
  openSync,
  readSync,
  type Stats,
  statSync,
} from 'node:fs';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { codeOf, InputError } from '../errors.ts';
import {
  type Blocks,
  type Compression,
  compressionOf,
  decompress,
  MAGIC_LENGTH,
  SUFFIXES,
} from './decompress.ts';
import { inputError } from './failure.ts';
import type { Parts } from './parts.ts';
import { plainBlocks } from './plain.ts';
import type { Resume } from './resume.ts';

/** An input that exists and may be read. */
export interface LogFile {
  /** As the user wrote it; `-` is stdin. */
  name: string;
  /** Null for stdin. */
  path: string | null;
  /** Bytes on disk; null for stdin and pipes, which end when they end and can be read only once. */
  size: number | null;
  /** By the first bytes, never by the name; null for stdin and pipes, where reading finds out. */
  compression: Compression | null;
  /** Epoch milliseconds; null for stdin and pipes. */
  modifiedAt: number | null;
  /** Bytes behind which an uncompressed file is not read; without it, it is read to the end that it has then. */
  until?: number;
  /** Where an earlier reader stopped; without it the file is read from its beginning. */
  resume?: Resume;
  /** What an index knows of it. */
  parts?: Parts;
  /** The texts that are looked for: only the parts that may hold one of them are read. */
  keys?: readonly string[];
}

const COMPRESSED_BLOCK = 64 * 1024;

/**
 * Looks at a name, and reads at most its first bytes.
 *
 * @throws InputError if it does not exist, may not be read, or is neither a file nor a pipe.
 */
export function inspect(name: string): LogFile {
  if (name === '-') return inspectStdin();
  try {
    const stats = statSync(name);
    if (stats.isFIFO()) {
      // Only the permission: who opens a pipe takes what is in it.
      accessSync(name, constants.R_OK);
      return { name, path: name, size: null, compression: null, modifiedAt: null };
    }
    if (!stats.isFile()) throw notAFile(name, stats);
    const compression = compressionOf(firstBytes(name));
    if (stats.size === 0 && SUFFIXES.some((suffix) => name.endsWith(suffix))) {
      throw new InputError(name, 'it is empty, not even a compressed file', 'take it from a backup');
    }
    return { name, path: name, size: stats.size, compression, modifiedAt: stats.mtimeMs };
  } catch (failure) {
    throw codeOf(failure) === 'ENOENT' ? absent(name) : inputError(name, failure);
  }
}

function inspectStdin(): LogFile {
  // Node takes a directory for an empty stdin.
  const stats = fstatSync(0);
  if (stats.isDirectory()) throw notAFile('-', stats);
  return { name: '-', path: null, size: null, compression: null, modifiedAt: null };
}

function notAFile(name: string, stats: Stats): InputError {
  if (stats.isDirectory()) return new InputError(name, 'it is a directory', 'name the log files in it');
  return new InputError(
    name,
    stats.isSocket() ? 'it is a socket' : 'it is a device',
    'name a file or a pipe, or - for standard input',
  );
}

/** logrotate may compress a file between the moment when the shell listed it and now. */
function absent(name: string): InputError {
  const compressed = SUFFIXES.map((suffix) => name + suffix).find((candidate) => existsSync(candidate));
  return new InputError(name, 'there is no such file', compressed && `there is ${compressed}`);
}

function firstBytes(path: string): Buffer {
  const fd = openSync(path, 'r');
  try {
    const start = Buffer.alloc(MAGIC_LENGTH);
    return start.subarray(0, readSync(fd, start, 0, start.length, 0));
  } finally {
    closeSync(fd);
  }
}

/**
 * The decompressed bytes. Plain files are read into one buffer over and over: the consumer must be done with a block
 * before it asks for the next.
 *
 * @param onProgress is told how many bytes of the file on disk (of the pipe) have been read so far.
 * @throws InputError while iterating, when reading fails or a compressed file is cut short or damaged; what could be
 *   read has been yielded by then.
 */
export function readBlocks(
  file: LogFile,
  onProgress: (bytesOnDiskRead: number) => void = () => {},
): Blocks | Iterable<Buffer> {
  const { name, path, size, compression, until } = file;
  const plain = path !== null && size !== null && compression === null;
  return plain ? plainBlocks(name, path, size, until, onProgress) : streamBlocks(file, onProgress);
}

/**
 * The first bytes of a file, decompressed, for a look at what it is.
 *
 * @returns at most n bytes; less if the file is shorter or damaged behind them.
 * @throws InputError if there is nothing to be had, and for stdin and pipes: what is looked at would be gone.
 */
export async function readHead(file: LogFile, n: number): Promise<Buffer> {
  if (file.size === null) throw new InputError(file.name, 'it can be read only once');
  const head = Buffer.alloc(n);
  let length = 0;
  try {
    for await (const block of readBlocks(file)) {
      length += block.copy(head, length);
      if (length === n) break;
    }
  } catch (failure) {
    // Whoever reads on will meet the damage again and report it then.
    if (length === 0) throw failure;
  }
  return head.subarray(0, length);
}

async function* streamBlocks(file: LogFile, onProgress: (bytes: number) => void): Blocks {
  const { name, size } = file;
  const stream = await openStream(file);
  // Whoever iterates gets the error; one that comes when nobody does any more must not end the process.
  stream.on('error', () => {});
  try {
    const source = counted(name, stream, onProgress);
    const [compression, whole] = size === null ? await sniffed(source) : [file.compression, source];
    yield* compression ? decompress(name, compression, whole) : whole;
  } finally {
    // Not left to the iterators: one that waits for a silent writer would not hear that nobody wants more.
    stream.destroy();
  }
}

async function openStream({ name, path, size }: LogFile): Promise<Readable> {
  try {
    if (path === null) return process.stdin;
    if (size !== null) return createReadStream(path, { highWaterMark: COMPRESSED_BLOCK });
    // Opening waits for the writer, so it must not block the thread. A socket can be abandoned while its writer is
    // silent; a file stream would wait in read() and keep the process from ending.
    return new Socket({ fd: await promisify(open)(path, 'r'), readable: true, writable: false });
  } catch (failure) {
    throw inputError(name, failure);
  }
}

async function* counted(name: string, stream: Readable, onProgress: (bytes: number) => void): Blocks {
  let total = 0;
  try {
    for await (const block of stream) {
      total += block.length;
      onProgress(total);
      yield block;
    }
  } catch (failure) {
    throw inputError(name, failure);
  }
}

/** Looks at the first bytes as they come by, since a pipe cannot be opened twice. */
async function sniffed(source: Blocks): Promise<[Compression | null, Blocks]> {
  const rest = source[Symbol.asyncIterator]();
  let start = Buffer.alloc(0);
  while (start.length < MAGIC_LENGTH) {
    const next = await rest.next();
    if (next.done) break;
    start = Buffer.concat([start, next.value]);
  }
  return [compressionOf(start), joined(start, rest)];
}

async function* joined(start: Buffer, rest: AsyncIterator<Buffer>): Blocks {
  if (start.length > 0) yield start;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}
