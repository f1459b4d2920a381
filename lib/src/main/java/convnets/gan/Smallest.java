package convnets.gan;

import java.util.Arrays;

/** The smallest few of many numbers, in rising order; of equal ones those that came first. */
final class Smallest {

  private final double[] values;
  private final int[] places;

  /** Of as many numbers. */
  Smallest(int count) {
    values = new double[count];
    places = new int[count];
    Arrays.fill(values, Double.POSITIVE_INFINITY);
    Arrays.fill(places, -1);
  }

  /** Looks at another number. */
  void add(double value, int place) {
    int last = values.length - 1;
    if (value >= values[last]) {
      return;
    }
    int at = last;
    while (at > 0 && values[at - 1] > value) {
      values[at] = values[at - 1];
      places[at] = places[at - 1];
      at--;
    }
    values[at] = value;
    places[at] = place;
  }

  double[] values() {
    return values.clone();
  }

  int[] places() {
    return places.clone();
  }

  /** The largest of them. */
  double last() {
    return values[values.length - 1];
  }
}
