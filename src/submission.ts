import type { LogRecord } from './model/record.ts';

/** Whether our own user or our own machine was the client: authenticated, loopback, or a local login (`U=`). */
export function isOurs(record: LogRecord): boolean {
  if (record.authenticatedAs !== null) return true;
  const ip = record.client?.ip;
  return ip == null ? record.localUser !== null : isLoopback(ip);
}

export function isLoopback(ip: string): boolean {
  return ip.startsWith('127.') || ip === '::1' || ip === '::ffff:127.0.0.1';
}
