/** A moment on the log's clock. */
export interface Moment {
  /** Epoch ms. */
  at: number;
  /** Minutes east of UTC. */
  offset: number;
}
