package convnets.data;

import convnets.data.Placement.Tint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One picture of the {@link Menagerie}, drawn from the back to the front: ground, objects, animals,
 * noise.
 *
 * <p>Java's arithmetic is the same to the last bit on every machine, and so are sine and cosine of
 * {@link StrictMath}; this is why no tensor is used here.
 *
 * @param pixels (3, H, W), unsigned bytes
 * @param animals at least one, from the back to the front
 */
record Scene(byte[] pixels, List<Animal> animals) {
  private static final double COARSE = 0.7;
  private static final double FINE = 0.3;
  private static final int OBJECTS = 4;
  private static final float NOISE = 0.05f;
  private static final double MOST_TURNED = Math.PI * 29 / 180;
  private static final int ATTEMPTS = 20;

  /**
   * An animal in a picture.
   *
   * @param label its class
   * @param scale the longer side of its box as it was placed, over the shorter side of the picture
   * @param mask (H, W): 1 where it is seen, otherwise 0
   */
  record Animal(int label, double scale, Placement placement, byte[] mask) {

    /** Left, top, right and bottom edge of the smallest box around what is seen of it. */
    float[] box(int width) {
      int left = width;
      int top = mask.length / width;
      int right = 0;
      int bottom = 0;
      for (int i = 0; i < mask.length; i++) {
        if (mask[i] != 0) {
          left = Math.min(left, i % width);
          right = Math.max(right, i % width + 1);
          top = Math.min(top, i / width);
          bottom = Math.max(bottom, i / width + 1);
        }
      }
      return new float[] {left, top, right, bottom};
    }
  }

  /**
   * Draws a picture.
   *
   * @param index its number among those of the same seed
   */
  static Scene of(MenageriePictures pictures, SpriteSheet sheet, long index) {
    return new Painter(pictures, sheet, index).paint();
  }

  private static final class Painter {
    private final MenageriePictures pictures;
    private final SpriteSheet sheet;
    private final long index;
    private final int height;
    private final int width;
    private final Dice dice;
    private final Dice noise;
    private final float[] canvas;
    private final List<Animal> animals = new ArrayList<>();

    /** How many pixels each animal has where no other hides it. */
    private final List<Integer> whole = new ArrayList<>();

    /** (H, W): the place in the list of the animal that is seen; -1 on the ground. */
    private final int[] seen;

    Painter(MenageriePictures pictures, SpriteSheet sheet, long index) {
      this.pictures = pictures;
      this.sheet = sheet;
      this.index = index;
      height = pictures.height();
      width = pictures.width();
      dice = Dice.at(pictures.seed(), index);
      noise = dice.split();
      canvas = new float[3 * height * width];
      seen = new int[height * width];
      Arrays.fill(seen, -1);
    }

    Scene paint() {
      addGrid(4, COARSE);
      addGrid(16, FINE);
      for (int i = 0; i < OBJECTS; i++) {
        object();
      }
      int wanted = pictures.fewest() + dice.below(pictures.most() - pictures.fewest() + 1);
      for (int i = 0; i < wanted; i++) {
        // The first animal takes its turn, so that every class comes equally often.
        int label = i == 0 ? turn() : dice.below(pictures.classes());
        animal(label);
      }
      return new Scene(bytes(), animals);
    }

    /** Adds a grid of random colours, blown up to the frame by bilinear interpolation. */
    private void addGrid(int side, double weight) {
      float[] grid = new float[3 * side * side];
      for (int i = 0; i < grid.length; i++) {
        grid[i] = (float) (weight * dice.share());
      }
      Axis across = Axis.of(side, width);
      Axis down = Axis.of(side, height);
      for (int c = 0, to = 0; c < 3; c++) {
        for (int y = 0; y < height; y++) {
          int above = (c * side + down.first[y]) * side;
          int below = (c * side + down.second[y]) * side;
          for (int x = 0; x < width; x++, to++) {
            int left = across.first[x];
            int right = across.second[x];
            float w = across.weight[x];
            float upper = grid[above + left] * (1 - w) + grid[above + right] * w;
            float lower = grid[below + left] * (1 - w) + grid[below + right] * w;
            canvas[to] += upper * (1 - down.weight[y]) + lower * down.weight[y];
          }
        }
      }
    }

    private void object() {
      Sprite sprite = sheet.objects().get(dice.below(sheet.objects().size()));
      double angle = dice.between(-Math.PI, Math.PI);
      double zoom = zoom(sprite.extent(angle), dice.between(0.2, 0.5));
      double x = dice.between(0, width);
      double y = dice.between(0, height);
      var placement = new Placement(x, y, zoom, angle, Tint.NONE);
      Layer.of(sprite, placement, height, width).over(canvas, height, width);
    }

    private void animal(int label) {
      for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        if (drawn(label)) {
          return;
        }
      }
    }

    /** Draws an animal if the place that it gets hides none of the others too much. */
    private boolean drawn(int label) {
      Sprite sprite = sheet.animals().get(pictures.species(label));
      double scale = dice.between(pictures.smallest(), pictures.largest());
      double angle = dice.between(-MOST_TURNED, MOST_TURNED);
      double[] extent = sprite.extent(angle);
      double zoom = zoom(extent, scale);
      // Its opaque part lies within the frame.
      double x = dice.between(-zoom * extent[0], width - zoom * extent[2]);
      double y = dice.between(-zoom * extent[1], height - zoom * extent[3]);
      var tint = new Tint(tint(), tint(), tint());
      var placement = new Placement(x, y, zoom, angle, tint);
      var outline = new Layer.Outline(sprite, placement, height, width);
      if (!leavesEnough(outline)) {
        return false;
      }
      Layer layer = outline.draw();
      layer.over(canvas, height, width);
      add(new Animal(label, scale, placement, layer.mask(height, width)));
      return true;
    }

    /** Looks at no more pixels than it must: most places are refused where there are many. */
    private boolean leavesEnough(Layer.Outline outline) {
      int[] hidden = new int[animals.size()];
      for (int i = 0; i < hidden.length; i++) {
        hidden[i] = whole.get(i) - count(animals.get(i).mask);
      }
      return outline.covers(seen, width, i -> ++hidden[i] <= pictures.occlusion() * whole.get(i));
    }

    /** Puts an animal in front of the others. */
    private void add(Animal animal) {
      for (int p = 0; p < seen.length; p++) {
        if (animal.mask[p] != 0) {
          if (seen[p] >= 0) {
            animals.get(seen[p]).mask[p] = 0;
          }
          seen[p] = animals.size();
        }
      }
      animals.add(animal);
      whole.add(count(animal.mask));
    }

    /** Pixels of the frame for one of a sprite, such that its longer extent gets a scale. */
    private double zoom(double[] extent, double scale) {
      double longer = Math.max(extent[2] - extent[0], extent[3] - extent[1]);
      return scale * Math.min(height, width) / longer;
    }

    private float tint() {
      return (float) dice.between(0.7, 1.3);
    }

    /** Each class once, in an order of their own, in every run of as many pictures as classes. */
    private int turn() {
      int classes = pictures.classes();
      int[] order = Dice.at(~pictures.seed(), index / classes).permutation(classes);
      return order[(int) (index % classes)];
    }

    private byte[] bytes() {
      byte[] bytes = new byte[canvas.length];
      for (int i = 0; i < bytes.length; i++) {
        float value = canvas[i] + NOISE * noise.bell();
        bytes[i] = (byte) (Math.max(0, Math.min(1, value)) * 255 + 0.5f);
      }
      return bytes;
    }

    private static int count(byte[] mask) {
      int count = 0;
      for (byte b : mask) {
        count += b;
      }
      return count;
    }
  }

  /**
   * How pixels along one side of the frame lie between the points of a grid.
   *
   * @param first the grid's point before each pixel's centre
   * @param second the one after it
   * @param weight of the second
   */
  private record Axis(int[] first, int[] second, float[] weight) {
    static Axis of(int points, int pixels) {
      var axis = new Axis(new int[pixels], new int[pixels], new float[pixels]);
      for (int i = 0; i < pixels; i++) {
        double at = (i + 0.5) * points / pixels - 0.5;
        at = Math.max(0, Math.min(points - 1, at));
        axis.first[i] = (int) at;
        axis.second[i] = Math.min(axis.first[i] + 1, points - 1);
        axis.weight[i] = (float) (at - axis.first[i]);
      }
      return axis;
    }
  }
}
