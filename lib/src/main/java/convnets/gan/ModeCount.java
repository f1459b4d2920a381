package convnets.gan;

import java.util.Arrays;
import java.util.Locale;

/**
 * What samples reach of a {@link Mixture}: a sample is good if it lies within three deviations of
 * its nearest mode, and a mode is covered if enough good samples are its own (Srivastava et al.
 * 2017, arXiv:1705.07761, section 4.1, where one is enough).
 *
 * @param perMode how many good samples each mode has
 * @param samples how many there were, good or not
 * @param least how many good ones a mode must have, to count as covered
 */
public record ModeCount(int[] perMode, int samples, int least) {

  /** How many modes are covered. */
  public int covered() {
    return (int) Arrays.stream(perMode).filter(count -> count >= least).count();
  }

  /** The share of good samples, from 0 to 1. */
  public double good() {
    return (double) Arrays.stream(perMode).sum() / samples;
  }

  /** As in "7 of 8 modes, 93% good". */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "%d of %d modes, %.0f%% good", covered(), perMode.length, 100 * good());
  }
}
