/** What can become of an object that a hand has changed. */
export interface DriftWay {
  readonly key: string;
  /** Why it cannot be made what the migrations have; absent where it can. */
  readonly cannotUndo?: string;
  /** Why no migration can make it so everywhere. */
  readonly cannotAdopt?: string;
}
