package convnets.data;

import static convnets.data.Operation.AUTOCONTRAST;
import static convnets.data.Operation.BRIGHTNESS;
import static convnets.data.Operation.COLOR;
import static convnets.data.Operation.CONTRAST;
import static convnets.data.Operation.EQUALIZE;
import static convnets.data.Operation.IDENTITY;
import static convnets.data.Operation.POSTERIZE;
import static convnets.data.Operation.ROTATE;
import static convnets.data.Operation.SHARPNESS;
import static convnets.data.Operation.SHEAR_X;
import static convnets.data.Operation.SHEAR_Y;
import static convnets.data.Operation.SOLARIZE;
import static convnets.data.Operation.TRANSLATE_X;
import static convnets.data.Operation.TRANSLATE_Y;

import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Changes each image by operations drawn at random, all equally likely. The images that draw the
 * same operation are changed together.
 *
 * <p>For each operation that it applies in turn, and for each image, it draws the operation {@code
 * nextInt(14)}, the bin of the magnitude {@code nextInt(31)} if that is random, and {@code
 * nextBoolean()}: true turns a magnitude's sign, where it has one.
 */
final class RandAugment implements JointTransform {

  /** A magnitude is one of so many, evenly spaced. */
  static final int BINS = 31;

  /** As torchvision has them; translations are shares of the image's side. */
  private static final List<Row> STANDARD =
      List.of(
          new Row(IDENTITY, 0, 0, false),
          new Row(SHEAR_X, 0, 0.3, true),
          new Row(SHEAR_Y, 0, 0.3, true),
          new Row(TRANSLATE_X, 0, 150 / 331.0, true),
          new Row(TRANSLATE_Y, 0, 150 / 331.0, true),
          new Row(ROTATE, 0, 30, true),
          new Row(BRIGHTNESS, 0, 0.9, true),
          new Row(COLOR, 0, 0.9, true),
          new Row(CONTRAST, 0, 0.9, true),
          new Row(SHARPNESS, 0, 0.9, true),
          new Row(POSTERIZE, 8, 4, false),
          new Row(SOLARIZE, 1, 0, false),
          new Row(AUTOCONTRAST, 0, 0, false),
          new Row(EQUALIZE, 0, 0, false));

  /** Table 1 of TrivialAugment, "Wide"; translations are pixels. */
  private static final List<Row> WIDE =
      List.of(
          new Row(IDENTITY, 0, 0, false),
          new Row(SHEAR_X, 0, 0.99, true),
          new Row(SHEAR_Y, 0, 0.99, true),
          new Row(TRANSLATE_X, 0, 32, true),
          new Row(TRANSLATE_Y, 0, 32, true),
          new Row(ROTATE, 0, 135, true),
          new Row(BRIGHTNESS, 0, 0.99, true),
          new Row(COLOR, 0, 0.99, true),
          new Row(CONTRAST, 0, 0.99, true),
          new Row(SHARPNESS, 0, 0.99, true),
          new Row(POSTERIZE, 8, 2, false),
          new Row(SOLARIZE, 1, 0, false),
          new Row(AUTOCONTRAST, 0, 0, false),
          new Row(EQUALIZE, 0, 0, false));

  /** An operation and its magnitudes, from the weakest to the strongest. */
  record Row(Operation operation, double weakest, double strongest, boolean signed) {}

  /** What an image has drawn. */
  record Draw(Row row, int bin, boolean negative) {

    float magnitude(long height, long width, boolean shares) {
      double magnitude = row.weakest + (row.strongest - row.weakest) * bin / (BINS - 1);
      double side =
          switch (row.operation) {
            case TRANSLATE_X -> shares ? width : 1;
            case TRANSLATE_Y -> shares ? height : 1;
            default -> 1;
          };
      return (float) (magnitude * side * (row.signed && negative ? -1 : 1));
    }
  }

  private final int operations;

  /** Below 0: another one for each image. */
  private final int bin;

  private final List<Row> table;

  private RandAugment(int operations, int bin, List<Row> table) {
    this.operations = operations;
    this.bin = bin;
    this.table = table;
  }

  /** So many operations, all at one magnitude. */
  static RandAugment standard(int operations, int magnitude) {
    return new RandAugment(operations, magnitude, STANDARD);
  }

  /** One operation at a random magnitude. */
  static RandAugment trivialWide() {
    return new RandAugment(1, -1, WIDE);
  }

  List<Row> table() {
    return table;
  }

  @Override
  public Change draw(Shape images, SplittableRandom random) {
    List<Draw[]> rounds = new ArrayList<>();
    for (int i = 0; i < operations; i++) {
      rounds.add(draws((int) images.get(0), random));
    }
    return new Rounds(images, rounds, table == STANDARD, toString());
  }

  @Override
  public String toString() {
    return table == STANDARD ? "randAugment" : "trivialAugment";
  }

  /** What each image draws for one operation. */
  Draw[] draws(int n, SplittableRandom random) {
    Draw[] draws = new Draw[n];
    for (int i = 0; i < n; i++) {
      Row row = table.get(random.nextInt(table.size()));
      draws[i] = new Draw(row, bin < 0 ? random.nextInt(BINS) : bin, random.nextBoolean());
    }
    return draws;
  }
}
