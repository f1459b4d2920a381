package convnets.viz;

import java.awt.Color;

/** Colours for numbers from 0 to 1, of steadily changing lightness. */
enum ColorScale {
  /** White to dark blue, for amounts. */
  BLUES(0xFFFFFF, 0xDCEAF6, 0xA9CDE8, 0x5FA3D0, 0x2171B5, 0x08478F),
  /** Dark violet to yellow: "viridis" of matplotlib, at every tenth. */
  VIRIDIS(
      0x440154, 0x482475, 0x414487, 0x355F8D, 0x2A788E, 0x21918C, 0x22A884, 0x44BF70, 0x7AD151,
      0xBDDF26, 0xFDE725);

  private final int[] stops;

  ColorScale(int... stops) {
    this.stops = stops;
  }

  /** The colour of a number; those below 0 and above 1 are taken for 0 and 1. */
  Color at(double value) {
    double place = Math.min(Math.max(value, 0), 1) * (stops.length - 1);
    int below = Math.min((int) place, stops.length - 2);
    double share = place - below;
    return new Color(
        mix(below, share, 16) << 16 | mix(below, share, 8) << 8 | mix(below, share, 0));
  }

  private int mix(int below, double share, int shift) {
    int low = stops[below] >> shift & 0xFF;
    int high = stops[below + 1] >> shift & 0xFF;
    return (int) Math.round(low + share * (high - low));
  }
}
