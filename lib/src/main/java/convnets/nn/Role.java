package convnets.nn;

/** What a layer does in a network, as a figure's colours tell it. */
public enum Role {
  /** Learned filters moved over the image. */
  CONVOLUTION,
  /** A learned map of all that comes in. */
  FULLY_CONNECTED,
  /** Scaling by statistics, or dropping at random. */
  NORMALIZATION,
  /** A function of each number. */
  ACTIVATION,
  /** Another resolution, nothing learned: a summary of windows, or upsampling. */
  POOLING,
  /** The input itself, perhaps in another form. */
  IDENTITY,
  /** Anything else. */
  OTHER
}
