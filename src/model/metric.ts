/** A number that changes with time, as monitoring systems know it. */
export interface Metric {
  /** `[a-zA-Z_][a-zA-Z0-9_]*` */
  readonly name: string;
  /** One sentence. */
  readonly help: string;
  readonly samples: readonly Sample[];
}

export interface Sample {
  /** Few, and with few values: never an address, a host or anything else that a stranger can choose. */
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}
