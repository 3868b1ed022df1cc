import { createServer, type Socket } from 'node:net';
import type { Placed } from './world.ts';

/** A policy service (SMTPD_POLICY_README) that answers each client with what its scenario says. @returns what stops it */
export async function servePolicies(port: number, placed: readonly Placed[]): Promise<() => void> {
  const answers = new Map(
    placed.flatMap(({ client, scenario: { policyService } }) =>
      policyService ? [client.ipv4, client.ipv6].map((ip): [string, string] => [ip, policyService]) : [],
    ),
  );
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    let rest = '';
    socket.on('data', (data) => {
      const requests = (rest + data.toString('latin1')).split('\n\n');
      rest = requests.pop() ?? '';
      for (const request of requests) {
        const ip = /^client_address=(.*)$/m.exec(request)?.[1] ?? '';
        socket.write(`action=${answers.get(ip) ?? 'DUNNO'}\n\n`);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
}
