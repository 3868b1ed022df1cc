import type { MilterStep } from './model.ts';
import { byAddress, serve } from './serve.ts';
import type { Placed } from './world.ts';

/** The letters of the milter protocol, version 6, for what the server reports. */
const STEPS: Readonly<Record<string, MilterStep['at']>> = {
  C: 'connect',
  H: 'helo',
  M: 'mail',
  R: 'rcpt',
  T: 'data',
  E: 'end',
};
const CONTINUE = packet('c');
const ANSWERS: Readonly<Record<string, Buffer>> = {
  reject: packet('r'),
  tempfail: packet('t'),
  discard: packet('d'),
  quarantine: Buffer.concat([packet('q', 'held by the lab\0'), CONTINUE]),
};

/** A milter that does with each client's mail what its scenario says. @returns what stops it */
export async function serveMilter(port: number, placed: readonly Placed[]): Promise<() => void> {
  const plans = byAddress(placed, ({ milter }) => milter);
  return serve({ port, host: '127.0.0.1' }, (socket) => {
    let plan: MilterStep | undefined;
    let rest: Buffer = Buffer.alloc(0);
    const answer = (letter: string, data: Buffer): void => {
      // macros, an aborted message and the end get no answer
      if ('DAQK'.includes(letter)) return;
      if (letter === 'O')
        return void socket.write(packet('O', Buffer.from('000000060000002000000000', 'hex')));
      // `mail.x.example\0`, `4`, two octets of the port, `203.0.113.5\0`
      if (letter === 'C') {
        const address = data.subarray(data.indexOf(0) + 4, -1).toString('latin1');
        plan = plans.get(address.replace(/^IPv6:/, ''));
      }
      const stops = plan !== undefined && STEPS[letter] === plan.at;
      socket.write(stops && plan ? (ANSWERS[plan.does] ?? packet('y', `${plan.does}\0`)) : CONTINUE);
    };
    socket.on('data', (data) => {
      rest = Buffer.concat([rest, data]);
      while (rest.length >= 4 && rest.length >= 4 + rest.readUInt32BE(0)) {
        const end = 4 + rest.readUInt32BE(0);
        answer(String.fromCharCode(rest[4] ?? 0), rest.subarray(5, end));
        rest = rest.subarray(end);
      }
    });
  });
}

function packet(letter: string, data: string | Buffer = ''): Buffer {
  const body = Buffer.concat([Buffer.from(letter), Buffer.from(data)]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  return Buffer.concat([length, body]);
}
