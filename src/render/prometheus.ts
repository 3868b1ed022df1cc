/** Document -> the text that Prometheus scrapes (exposition format 0.0.4), for node_exporter's textfile collector. */
import type { Document } from '../model/document.ts';
import type { Metric, Sample } from '../model/metric.ts';

/**
 * Renders the metrics. Each run tells of a stretch of the log, so they are gauges; and without a time of their own,
 * which the textfile collector refuses.
 */
export function renderPrometheus({ metrics }: Document): string {
  return (metrics ?? []).map(family).join('');
}

function family({ name, help, samples }: Metric): string {
  const head = `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} gauge\n`;
  return head + samples.map((sample) => `${name}${labelSet(sample)} ${sample.value}\n`).join('');
}

function labelSet({ labels }: Sample): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function escapeLabel(text: string): string {
  return escapeHelp(text).replaceAll('"', '\\"');
}
