package convnets.nn;

/** How the data flows through a unit's children. */
public enum Topology {
  /** The unit has none: it computes by itself. */
  LAYER,
  /** One after the other. */
  SERIES,
  /** One after the other, and what each makes is an output of the unit. */
  STAGES,
  /** Each on the same input, and their outputs are added. */
  ADD,
  /** Each on the same input, and their outputs are joined along the channels. */
  CONCAT,
  /** Each on its own chunk of the channels, and their outputs are joined along the channels. */
  SPLIT,
  /** The first, scaled by the second, which sees what the first has made. */
  GATE,
  /** The first; in training also the second, a side exit, on the same input. */
  AUXILIARY,
  /** The unit gives its only child a name. */
  SCOPE,
  /** In a way of the unit's own. */
  OWN
}
