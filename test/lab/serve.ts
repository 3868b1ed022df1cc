import { createServer, type ListenOptions, type Socket } from 'node:net';
import type { Placed } from './world.ts';

/** Listens, and talks with each who comes. @returns what stops it */
export async function serve(place: ListenOptions, talk: (socket: Socket) => void): Promise<() => void> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    talk(socket);
  });
  await new Promise<void>((resolve) => server.listen(place, resolve));
  return () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
}

/** What the scenarios say of their clients, by the addresses of these. */
export function byAddress<T>(
  placed: readonly Placed[],
  of: (scenario: Placed['scenario']) => T | undefined,
): ReadonlyMap<string, T> {
  return new Map(
    placed.flatMap(({ client, scenario }) => {
      const said = of(scenario);
      return said === undefined ? [] : [client.ipv4, client.ipv6].map((ip): [string, T] => [ip, said]);
    }),
  );
}
