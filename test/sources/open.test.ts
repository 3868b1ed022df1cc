import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { appendFileSync, renameSync, symlinkSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { inputError } from '../../src/sources/failure.ts';
import { inspect, type LogFile, readBlocks, readHead } from '../../src/sources/open.ts';
import { tempFile, tempFolder } from './temp.ts';

/** Lines that do not compress to nothing. */
function log(lines: number): string {
  let text = '';
  let seed = 7;
  for (let line = 0; line < lines; line++) {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    text += `2026-11-21 04:43:00 H=mx${seed}.example.com [192.0.2.1] F=<u${seed % 99991}@x.example> rejected\n`;
  }
  return text;
}

interface Reading {
  text: string;
  error: InputError | null;
  progress: number[];
}

/** Reads as the tool does: what came before an error is kept. */
async function readAll(file: LogFile): Promise<Reading> {
  const reading: Reading = { text: '', error: null, progress: [] };
  const pieces: Buffer[] = [];
  try {
    for await (const block of readBlocks(file, (bytes) => reading.progress.push(bytes))) {
      pieces.push(Buffer.from(block));
    }
  } catch (failure) {
    if (!(failure instanceof InputError)) throw failure;
    reading.error = failure;
  }
  reading.text = Buffer.concat(pieces).toString('latin1');
  return reading;
}

function refusalOf(name: string): InputError {
  try {
    inspect(name);
  } catch (failure) {
    if (failure instanceof InputError) return failure;
  }
  throw new Error(`${name} was not refused`);
}

const installed = (program: string): boolean => spawnSync(program, ['--version']).error === undefined;
const compressed = (program: string, text: string): Buffer =>
  execFileSync(program, ['-c'], { input: text, maxBuffer: 2 ** 28 });

describe('inspect', () => {
  it('knows a compression by its bytes, not by its name', () => {
    const text = log(10);
    expect(inspect(tempFile('mainlog.gz', text)).compression).toBeNull();
    const path = tempFile('mainlog', gzipSync(text));
    expect(inspect(path)).toMatchObject({
      name: path,
      path,
      compression: 'gzip',
      size: gzipSync(text).length,
    });
    expect(inspect(path).modifiedAt).toBeGreaterThan(0);
  });

  it.each([
    ['bzip2', 'BZh91AY&SY'],
    ['xz', '\xfd7zXZ\0'],
    ['zstd', '\x28\xb5\x2f\xfd'],
    [null, ''],
    [null, '2026'],
    [null, 'B'],
  ])('%s', (compression, start) => {
    expect(inspect(tempFile('log', Buffer.from(start, 'latin1'))).compression).toBe(compression);
  });

  it('takes - for stdin', () => {
    expect(inspect('-')).toEqual({ name: '-', path: null, size: null, compression: null, modifiedAt: null });
  });

  it('refuses what is not there, and tells where it went', () => {
    const folder = tempFolder();
    const path = join(folder, 'mainlog.1');
    expect(refusalOf(path)).toMatchObject({ path, reason: 'there is no such file', help: undefined });
    writeFileSync(`${path}.gz`, gzipSync('x'));
    expect(refusalOf(path).help).toBe(`there is ${path}.gz`);
    symlinkSync(join(folder, 'nowhere'), join(folder, 'link'));
    expect(refusalOf(join(folder, 'link')).reason).toBe('there is no such file');
  });

  it('refuses what is no file', async () => {
    const folder = tempFolder();
    expect(refusalOf(folder)).toMatchObject({
      reason: 'it is a directory',
      help: 'name the log files in it',
    });
    expect(refusalOf('/dev/null').reason).toBe('it is a device');
    const server = createServer();
    onTestFinished(() => void server.close());
    await new Promise<void>((resolve) => server.listen(join(folder, 'socket'), resolve));
    expect(refusalOf(join(folder, 'socket')).reason).toBe('it is a socket');
    writeFileSync(join(folder, 'file'), '');
    expect(refusalOf(join(folder, 'file', 'mainlog')).reason).toBe('a part of the path is not a directory');
    symlinkSync('circle', join(folder, 'circle'));
    expect(refusalOf(join(folder, 'circle')).reason).toBe('the symbolic links go in a circle');
    expect(refusalOf(join(folder, 'x'.repeat(300))).reason).toBe('the name is too long');
  });

  it('refuses an empty compressed file, and takes an empty log', () => {
    expect(refusalOf(tempFile('mainlog.1.gz', '')).reason).toBe('it is empty, not even a compressed file');
    expect(inspect(tempFile('mainlog', '')).size).toBe(0);
  });
});

describe('inputError', () => {
  const failure = (code: string, message: string): Error => Object.assign(new Error(message), { code });

  it.each(['EACCES', 'EPERM'])('tells how to get the permission: %s', (code) => {
    const error = inputError('mainlog', failure(code, 'permission denied'));
    expect(error.reason).toBe('permission denied');
    expect(error.help).toContain('run as root, or as a member of the group that owns the log');
  });

  it('puts the unforeseen in the words of the system', () => {
    const busy = failure('EBUSY', "EBUSY: resource busy or locked, open 'mainlog'");
    expect(inputError('mainlog', busy).reason).toBe('resource busy or locked');
    expect(inputError('mainlog', 'odd').reason).toBe('odd');
  });

  it('leaves its own kind alone', () => {
    const error = new InputError('mainlog', 'it is damaged');
    expect(inputError('other', error)).toBe(error);
  });
});

describe('readBlocks', () => {
  it('gives the bytes of a plain file, whatever its size', async () => {
    const path = join(tempFolder(), 'mainlog');
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 50 }), fc.nat({ max: 15_000 }), async (start, times) => {
        // Without a magic, which would make it compressed.
        const content = Buffer.concat([Buffer.from('\n'), ...Array<Uint8Array>(times).fill(start)]);
        writeFileSync(path, content);
        const { text, error, progress } = await readAll(inspect(path));
        expect(error).toBeNull();
        expect(text === content.toString('latin1')).toBe(true);
        expect(progress.at(-1)).toBe(content.length);
      }),
      { numRuns: 50 },
    );
  });

  it('gives the bytes of a gzip of any number of members', async () => {
    const path = join(tempFolder(), 'mainlog.gz');
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: 9000 }), { minLength: 1, maxLength: 4 }), async (members) => {
        const texts = members.map(log);
        writeFileSync(path, Buffer.concat(texts.map((text) => gzipSync(text, { level: 1 }))));
        const file = inspect(path);
        const { text, error, progress } = await readAll(file);
        expect(error).toBeNull();
        expect(text === texts.join('')).toBe(true);
        expect(progress.at(-1)).toBe(file.size);
      }),
      { numRuns: 20 },
    );
  });

  it('reads what was added to a log while it was read', async () => {
    const path = tempFile('mainlog', log(1));
    let text = '';
    for await (const block of readBlocks(inspect(path))) {
      if (text === '') appendFileSync(path, 'more\n');
      text += block.toString();
    }
    expect(text).toBe(`${log(1)}more\n`);
  });

  it('ignores the zeros that pad a gzip', async () => {
    const padded = Buffer.concat([gzipSync(log(10)), Buffer.alloc(200_000)]);
    const { text, error } = await readAll(inspect(tempFile('mainlog.gz', padded)));
    expect(error).toBeNull();
    expect(text).toBe(log(10));
  });

  it.each([5, 20, 1000, 150_000])('keeps what a gzip holds that ends after %i bytes', async (length) => {
    const whole = log(20_000);
    const cut = gzipSync(whole).subarray(0, length);
    expect(cut.length).toBe(length);
    const { text, error } = await readAll(inspect(tempFile('mainlog.gz', cut)));
    expect(error?.reason).toBe(`it ends in the middle, after ${text.length} decompressed bytes`);
    expect(whole.startsWith(text)).toBe(true);
    if (length >= 1000) expect(text.length).toBeGreaterThan(length * 2);
  });

  it('keeps the blocks before the damage', async () => {
    const whole = log(60_000);
    const damaged = gzipSync(whole);
    damaged.fill(0xff, 400_000, 400_050);
    const { text, error } = await readAll(inspect(tempFile('mainlog.gz', damaged)));
    expect(error?.reason).toMatch(new RegExp(`^it is damaged after ${text.length} decompressed bytes \\(`));
    expect(text.length).toBeGreaterThan(1_000_000);
    expect(text.slice(0, 1_000_000) === whole.slice(0, 1_000_000)).toBe(true);
  });

  it('tells that a file has gone since it was looked at', async () => {
    const file = { ...inspect(tempFile('mainlog', '')), path: '/nowhere/mainlog' };
    expect((await readAll(file)).error).toMatchObject({ path: file.name, reason: 'there is no such file' });
    const { error } = await readAll({ ...file, compression: 'gzip' });
    expect(error).toMatchObject({ path: file.name, reason: 'there is no such file' });
  });

  describe.each(['bzip2', 'xz', 'zstd'])('%s', (program) => {
    const name = `mainlog.${program}`;

    it.runIf(installed(program))('reads it, also several in one file', async () => {
      const text = log(5000);
      const content = compressed(program, text);
      const file = inspect(tempFile(name, Buffer.concat([content, content])));
      expect(file.compression).toBe(program);
      const reading = await readAll(file);
      expect(reading.error).toBeNull();
      expect(reading.text === text + text).toBe(true);
      expect(reading.progress.at(-1)).toBe(file.size);
    });

    it.runIf(installed(program))('tells that it ends in the middle', async () => {
      const text = log(60_000);
      const content = compressed(program, text);
      const reading = await readAll(inspect(tempFile(name, content.subarray(0, content.length - 1000))));
      expect(reading.error?.reason).toMatch(/end.*, after \d+ decompressed bytes$/i);
      expect(text.startsWith(reading.text)).toBe(true);
    });

    it.runIf(installed(program))('can be left early, again and again', async () => {
      const file = inspect(tempFile(name, compressed(program, log(60_000))));
      for (let time = 0; time < 5; time++) {
        expect((await readHead(file, 30)).toString()).toBe(log(1).slice(0, 30));
      }
    });
  });

  it.each([
    ['bzip2', 'BZh91AY&SY'],
    ['xz', '\xfd7zXZ\0'],
  ])('names the program that is missing: %s', async (program, start) => {
    const file = inspect(tempFile('log', Buffer.from(start + 'x'.repeat(500_000), 'latin1')));
    vi.stubEnv('PATH', tempFolder());
    onTestFinished(() => void vi.unstubAllEnvs());
    const { error } = await readAll(file);
    expect(error?.reason).toBe(
      `it is compressed with ${program}, and the program ${program} is not installed`,
    );
    expect(error?.help).toMatch(
      new RegExp(`^install the package ${program}.*, or decompress the file first$`),
    );
    await expect(readHead(file, 10)).rejects.toThrow(InputError);
  });

  it.each(['bzip2', 'xz'])('repeats what %s says about a damaged file', async (program) => {
    if (!installed(program)) return;
    const content = compressed(program, log(1000)).fill(0xff, 20, 60);
    const { error } = await readAll(inspect(tempFile('log', content)));
    expect(error?.reason).toMatch(new RegExp(`^${program}: .*, after 0 decompressed bytes$`));
  });
});

function rotate(path: string, next: string): void {
  renameSync(path, `${path}.1`);
  writeFileSync(path, next);
}

describe('a file that changes while it is read', () => {
  const text = log(20_000);
  const more = log(3);
  it.each<[how: string, change: (path: string) => void, told: boolean]>([
    ['grows', (path) => appendFileSync(path, more), false],
    ['is renamed, and a new one has its name', (path) => rotate(path, more), false],
    ['is deleted', (path) => unlinkSync(path), false],
    ['is emptied', (path) => truncateSync(path), true],
    ['is cut', (path) => truncateSync(path, 900_000), true],
    ['is emptied and grows', (path) => writeFileSync(path, more), true],
  ])('it %s', async (_, change, told) => {
    const path = tempFile('mainlog', text);
    const file = inspect(path);
    let read = '';
    const reading = async (): Promise<void> => {
      for await (const block of readBlocks(file)) {
        if (read === '') change(path);
        read += block.toString('latin1');
      }
    };
    if (told) await expect(reading()).rejects.toThrow('it became shorter');
    else await reading();
    expect(read.length).toBeGreaterThanOrEqual(256 * 1024);
    expect((text + more).startsWith(read)).toBe(true);
    expect(read.length >= text.length).toBe(!told);
  });

  it('it is rotated before it is opened', async () => {
    const path = tempFile('mainlog', text);
    const file = inspect(path);
    rotate(path, more);
    const { text: read, error } = await readAll(file);
    expect([read, error?.reason]).toEqual([more, expect.stringContaining('another one took its place')]);
  });
});

describe('readHead', () => {
  it.each([0, 1, 100, 300_000, 10_000_000])('gives %i bytes, or what there is', async (n) => {
    const text = log(8000);
    for (const content of [text, gzipSync(text)]) {
      const head = await readHead(inspect(tempFile('mainlog', content)), n);
      expect(head.toString() === text.slice(0, n)).toBe(true);
    }
  });

  it('gives what is there of a damaged file, and refuses one that has nothing', async () => {
    const cut = gzipSync(log(20_000)).subarray(0, 100_000);
    const head = await readHead(inspect(tempFile('log.gz', cut)), 100_000_000);
    expect(log(20_000).startsWith(head.toString())).toBe(true);
    expect(head.length).toBeGreaterThan(100_000);
    await expect(readHead(inspect(tempFile('log.gz', cut.subarray(0, 5))), 10)).rejects.toThrow(
      'ends in the middle',
    );
  });

  it('never takes from a pipe', async () => {
    await expect(readHead(inspect('-'), 10)).rejects.toThrow('it can be read only once');
  });
});

describe('pipes', () => {
  const fifo = (): string => {
    const path = join(tempFolder(), 'fifo');
    execFileSync('mkfifo', [path]);
    return path;
  };

  it.each([
    ['plain', (text: string) => Buffer.from(text)],
    ['gzip', (text: string) => gzipSync(text)],
  ])('reads a named pipe: %s', async (_, encode) => {
    const path = fifo();
    const file = inspect(path);
    expect(file).toEqual({ name: path, path, size: null, compression: null, modifiedAt: null });
    const text = log(20_000);
    const writer = spawn('sh', ['-c', 'cat > "$0"', path], { stdio: ['pipe', 'ignore', 'ignore'] });
    writer.stdin.end(encode(text));
    const reading = await readAll(file);
    expect(reading.error).toBeNull();
    expect(reading.text === text).toBe(true);
    expect(reading.progress.at(-1)).toBe(encode(text).length);
  });

  it('is empty where the pipe is', async () => {
    const path = fifo();
    spawn('sh', ['-c', ': > "$0"', path]);
    expect(await readAll(inspect(path))).toEqual({ text: '', error: null, progress: [] });
  });

  it.each(['bzip2', 'cat'])('lets go of a writer that is silent: %s', async (program) => {
    if (!installed(program)) return;
    const path = fifo();
    const writer = spawn('sh', ['-c', 'exec > "$0"; cat', path], { stdio: ['pipe', 'ignore', 'ignore'] });
    writer.stdin.on('error', () => {});
    const text = log(20_000);
    writer.stdin.write(program === 'cat' ? text : compressed(program, text));
    for await (const block of readBlocks(inspect(path))) {
      expect(text.startsWith(block.toString())).toBe(true);
      break;
    }
    writer.stdin.end();
  });
});

describe('stdin', () => {
  const stdinIs = (stream: Readable): void => {
    const original = Object.getOwnPropertyDescriptor(process, 'stdin');
    Object.defineProperty(process, 'stdin', { value: stream, configurable: true });
    onTestFinished(() => void Object.defineProperty(process, 'stdin', original ?? {}));
  };

  it('is read in whatever pieces it comes', async () => {
    const text = log(500);
    await fc.assert(
      fc.asyncProperty(fc.boolean(), fc.integer({ min: 1, max: 9000 }), async (zipped, size) => {
        const content = zipped ? gzipSync(text) : Buffer.from(text);
        const pieces = Array.from({ length: Math.ceil(content.length / size) }, (_, index) =>
          content.subarray(index * size, (index + 1) * size),
        );
        stdinIs(Readable.from(pieces));
        const reading = await readAll(inspect('-'));
        expect(reading.error).toBeNull();
        expect(reading.text === text).toBe(true);
        expect(reading.progress.at(-1)).toBe(content.length);
      }),
      { numRuns: 20 },
    );
  });

  it('tells why it cannot be read', async () => {
    const failure = Object.assign(new Error('EISDIR: illegal operation on a directory, read'), {
      code: 'EISDIR',
    });
    stdinIs(
      new Readable({
        read() {
          this.destroy(failure);
        },
      }),
    );
    expect((await readAll(inspect('-'))).error).toMatchObject({ path: '-', reason: 'it is a directory' });
  });
});
