/** Where and how the line is drawn. */
export interface ProgressOptions {
  /** Stderr; its columns may change while the line stands, or be unknown. */
  stream: { write(text: string): unknown; readonly columns?: number | undefined };
  isTTY: boolean;
  /** Bytes on disk of all the files; null where a pipe is among them. */
  totalBytes: number | null;
  /** Milliseconds, from anywhere. */
  now: () => number;
}

export interface Progress {
  /** @param bytes on disk that were read so far, of all the files together. Cheap: to be called for each block. */
  update(bytes: number, fileName: string): void;
  /** Takes the line away. */
  done(): void;
}

/** Milliseconds. What is done sooner needs no progress. */
const PATIENCE = 1000;
/** Milliseconds: at most 8 lines a second. */
const INTERVAL = 125;

/** A line that says how far the reading is; nothing at all unless it goes to a terminal and takes its time. */
export function createProgress({ stream, isTTY, totalBytes, now }: ProgressOptions): Progress {
  const start = now();
  let due = start + PATIENCE;
  let drawn = 0;
  const draw = (line: string): void => {
    // Spaces instead of an escape sequence, which not every terminal knows.
    stream.write(`\r${line}${' '.repeat(Math.max(0, drawn - widthOf(line)))}\r`);
    drawn = widthOf(line);
  };
  return {
    update(bytes, fileName) {
      const time = now();
      if (!isTTY || time < due) return;
      due = time + INTERVAL;
      // The last column stays free: writing there makes some terminals go to the next line.
      draw(cut(progressLine(bytes, totalBytes, time - start, fileName), (stream.columns || 80) - 1));
    },
    done() {
      if (drawn > 0) draw('');
      due = Number.POSITIVE_INFINITY;
    },
  };
}

/** @returns as ` 42 %  318 MB/s  exim_mainlog`; without a total the megabytes stand for the percent. */
export function progressLine(
  bytes: number,
  totalBytes: number | null,
  elapsed: number,
  fileName: string,
): string {
  // A log that grows while it is read is never more than whole.
  const far = totalBytes
    ? `${String(Math.min(100, Math.floor((100 * bytes) / totalBytes))).padStart(3)} %`
    : `${Math.round(bytes / 1e6)} MB`;
  const speed = Math.round(bytes / 1e3 / Math.max(1, elapsed));
  return `${far}  ${speed} MB/s  ${fileName.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '')}`;
}

/** Columns at most: what is not ASCII may be two wide, and a line that wraps cannot be taken back. */
function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += character < '\x7f' ? 1 : 2;
  return width;
}

function cut(text: string, width: number): string {
  let room = width;
  let short = '';
  for (const character of text) {
    room -= widthOf(character);
    if (room < 0) break;
    short += character;
  }
  return short;
}
