import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { startPeer } from './exim.ts';
import { servePasswords } from './postfix-auth.ts';
import {
  CLIENT_ACCESS,
  LOG,
  MAILBOXES,
  MILTER_PORT,
  POLICY_PORT,
  type PostfixVariant,
  postfixFiles,
} from './postfix-config.ts';
import { serveMilter } from './postfix-milter.ts';
import { servePolicies } from './postfix-policy.ts';
import { greets } from './process.ts';
import type { MailServer } from './run.ts';
import { startSyslog } from './syslog.ts';
import { type Placed, SERVER } from './world.ts';

/** Starts the tested Postfix, and an Exim that verifies its senders. */
export async function startPostfix(placed: readonly Placed[], variant: PostfixVariant): Promise<MailServer> {
  rmSync(LOG, { force: true });
  for (const path of ['/var/lib/postfix', '/var/spool/postfix', MAILBOXES]) {
    rmSync(path, { recursive: true, force: true });
    mkdirSync(path, { recursive: true });
  }
  execFileSync('chown', ['postfix:postfix', '/var/lib/postfix']);
  execFileSync('chown', ['4004:4004', MAILBOXES]);
  for (const [name, text] of Object.entries(postfixFiles(placed, variant)))
    writeFileSync(`/etc/postfix/${name}`, text);
  if (!existsSync('/etc/postfix/dynamicmaps.cf')) writeFileSync('/etc/postfix/dynamicmaps.cf', '');
  for (const program of ['postqueue', 'postdrop']) {
    execFileSync('chgrp', ['postdrop', `/usr/sbin/${program}`]);
    chmodSync(`/usr/sbin/${program}`, 0o2755);
  }
  const syslog = variant.syslog ? await startSyslog(variant.syslog) : null;
  const stopServices = [
    await servePasswords('/run/lab/postfix-auth'),
    await servePolicies(POLICY_PORT, placed),
    await serveMilter(MILTER_PORT, placed),
  ];
  const peer = await startPeer();
  await postfix('start');
  await greets(SERVER.ip, () => true);
  return {
    logs: [syslog?.log ?? LOG],
    lists: { verify: { path: CLIENT_ACCESS, target: 'postfix-client-access' } },
    // A cidr table is read when a process starts.
    reread: async () => {
      await postfix('reload');
      await new Promise((resolve) => setTimeout(resolve, 1000));
    },
    stop: async () => {
      await postfix('stop');
      await peer();
      await syslog?.stop();
      for (const stop of stopServices) stop();
    },
  };
}

async function postfix(command: 'start' | 'reload' | 'stop'): Promise<void> {
  await promisify(execFile)('postfix', [command], { timeout: 20_000, cwd: '/' });
}
