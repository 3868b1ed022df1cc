import { createConnection, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** A reply of the tested server. */
export interface SeenReply {
  /** 0 where the connection ended without one. */
  code: number;
  /** As received, lines joined by `\n`. */
  text: string;
  /** When it came. */
  time: Date;
}

/** No server of the lab is silent for longer: its own timeouts are a few seconds. */
const PATIENCE = 20_000;

/** An SMTP client at one address of this machine. */
export class SmtpClient {
  #socket: Socket;
  #rest = '';
  #lines: string[] = [];
  #waiting: { resolve: (reply: SeenReply) => void; timer: NodeJS.Timeout } | null = null;
  #ended = false;

  constructor(localAddress: string, server: string, port = 25) {
    this.#socket = this.#listen(createConnection({ host: server, port, localAddress }));
  }

  /** Sends a line and waits for the reply. */
  async say(line: string): Promise<SeenReply> {
    this.write(`${line}\r\n`);
    return this.reply();
  }

  write(text: string): void {
    if (!this.#ended) this.#socket.write(text);
  }

  reply(): Promise<SeenReply> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#waiting = null;
        resolve({ code: 0, text: 'no reply', time: new Date() });
      }, PATIENCE);
      this.#waiting = { resolve, timer };
      this.#deliver();
    });
  }

  /** Goes on under TLS, after the server has agreed. */
  async startTls(): Promise<void> {
    this.#socket.removeAllListeners('data');
    const secure = connectTls({ socket: this.#socket, rejectUnauthorized: false });
    await new Promise<void>((resolve) => secure.once('secureConnect', resolve));
    this.#socket = this.#listen(secure);
  }

  /** Says goodbye and does not wait: Exim keeps the answer to QUIT back for a fifth of a second. */
  quit(): void {
    this.write('QUIT\r\n');
    setTimeout(() => this.hangUp(), 1000).unref();
  }

  hangUp(): void {
    this.#socket.destroy();
  }

  #listen(socket: Socket): Socket {
    const end = (): void => {
      this.#ended = true;
      this.#deliver();
    };
    socket.on('data', (data) => {
      const lines = (this.#rest + data.toString('latin1')).split(/\r?\n/);
      this.#rest = lines.pop() ?? '';
      this.#lines.push(...lines);
      this.#deliver();
    });
    socket.on('error', end);
    socket.on('close', end);
    return socket;
  }

  #deliver(): void {
    if (!this.#waiting) return;
    const last = this.#lines.findIndex((line) => /^\d{3}(?: |$)/.test(line));
    if (last === -1 && !this.#ended) return;
    const lines = last === -1 ? this.#lines.splice(0) : this.#lines.splice(0, last + 1);
    const { resolve, timer } = this.#waiting;
    this.#waiting = null;
    clearTimeout(timer);
    const code = last === -1 ? 0 : Number(lines.at(-1)?.slice(0, 3));
    resolve({ code, text: lines.join('\n'), time: new Date() });
  }
}
