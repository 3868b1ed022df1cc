import { readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';

/**
 * The clock of the processes that start from now on, by libfaketime: the real one plus an offset. Processes that run
 * already, such as this one, keep the real time. Exim is setuid and starts itself anew, hence the preload of the whole
 * private machine and the variable that its configuration passes on.
 */
export class Clock {
  #offset = 0;

  constructor() {
    process.env['FAKETIME_NO_CACHE'] = '1';
    this.set(new Date());
    writeFileSync('/etc/ld.so.preload', `${libfaketime()}\n`);
  }

  /** Goes to a moment; only forwards, as clocks do. */
  set(moment: Date): void {
    this.#offset = Math.round((moment.getTime() - Date.now()) / 1000);
    writeFileSync('/etc/faketimerc.new', `${this.#offset < 0 ? '' : '+'}${this.#offset}\n`);
    renameSync('/etc/faketimerc.new', '/etc/faketimerc');
  }

  /** What the clock showed at a real moment since it was set. */
  at(real: Date): Date {
    return new Date(real.getTime() + this.#offset * 1000);
  }

  stop(): void {
    rmSync('/etc/ld.so.preload');
    delete process.env['FAKETIME_NO_CACHE'];
  }
}

/** Below the folder of the architecture: /usr/lib/x86_64-linux-gnu/faketime */
function libfaketime(): string {
  const folder = readdirSync('/usr/lib').find((name) => name.endsWith('-linux-gnu'));
  return `/usr/lib/${folder}/faketime/libfaketime.so.1`;
}
