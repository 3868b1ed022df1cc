import type { LogRecord } from './model/record.ts';

/** Whether our own user or our own machine was the client: authenticated, loopback, or a local login (`U=`). */
export function isOurs(record: LogRecord): boolean {
  if (record.authenticatedAs !== null) return true;
  const ip = record.client?.ip;
  if (ip == null) return record.localUser !== null;
  return ip.startsWith('127.') || ip === '::1' || ip === '::ffff:127.0.0.1';
}
