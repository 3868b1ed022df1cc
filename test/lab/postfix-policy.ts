import { byAddress, serve } from './serve.ts';
import type { Placed } from './world.ts';

/** A policy service (SMTPD_POLICY_README) that answers each client with what its scenario says. @returns what stops it */
export async function servePolicies(port: number, placed: readonly Placed[]): Promise<() => void> {
  const answers = byAddress(placed, ({ policyService }) => policyService);
  return serve({ port, host: '127.0.0.1' }, (socket) => {
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
}
