package convnets.data;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The parts of a COCO file of instances, in their order; the rest is passed over. Read in one pass,
 * without a tree in memory: COCO's own has half a gigabyte.
 *
 * @param images its pictures
 * @param categories its classes
 * @param marks its annotations
 */
record CocoJson(List<Image> images, List<Category> categories, List<Mark> marks) {

  /** A picture; a size of 0 is not written down. */
  record Image(long id, String file, int width, int height) {}

  /** A class. */
  record Category(long id, String name) {}

  /**
   * An annotation.
   *
   * @param box left, top, width, height; null if there is none
   * @param area NaN if there is none
   */
  record Mark(
      long id,
      long image,
      long category,
      double[] box,
      double area,
      boolean crowd,
      Segmentation segmentation) {}

  /**
   * A segmentation in one of COCO's three ways; null what it is not.
   *
   * @param polygons the corners of each
   * @param size height and width of its picture, with runs
   * @param text runs as a text
   * @param counts runs as numbers
   */
  record Segmentation(List<double[]> polygons, int[] size, String text, int[] counts) {}

  /** Reads a field of an object that is of interest. */
  private interface Field {
    /** Reads the value if it is known. */
    boolean read(String name, JsonReader json) throws IOException;
  }

  /**
   * Reads a file.
   *
   * @throws IOException if it cannot be read, or is no JSON
   * @throws IllegalStateException if a value is of another kind than COCO's; like the others it
   *     says in which line and where
   * @throws NumberFormatException if a number is none
   */
  static CocoJson read(Path file) throws IOException {
    CocoJson all = new CocoJson(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    try (BufferedReader text = Files.newBufferedReader(file, StandardCharsets.UTF_8);
        JsonReader json = new JsonReader(text)) {
      object(
          json,
          (name, in) ->
              switch (name) {
                case "images" -> array(in, () -> all.images.add(image(in)));
                case "categories" -> array(in, () -> all.categories.add(category(in)));
                case "annotations" -> array(in, () -> all.marks.add(mark(in, all.marks.size())));
                default -> false;
              });
    }
    return all;
  }

  private interface Element {
    void read() throws IOException;
  }

  private static boolean array(JsonReader json, Element element) throws IOException {
    json.beginArray();
    while (json.hasNext()) {
      element.read();
    }
    json.endArray();
    return true;
  }

  private static void object(JsonReader json, Field field) throws IOException {
    json.beginObject();
    while (json.hasNext()) {
      String name = json.nextName();
      boolean nothing = json.peek() == JsonToken.NULL;
      if (nothing || !field.read(name, json)) {
        json.skipValue();
      }
    }
    json.endObject();
  }

  private static Image image(JsonReader json) throws IOException {
    long[] numbers = {-1, 0, 0};
    String[] file = {""};
    object(
        json,
        (name, in) -> {
          switch (name) {
            case "id" -> numbers[0] = in.nextLong();
            case "width" -> numbers[1] = in.nextInt();
            case "height" -> numbers[2] = in.nextInt();
            case "file_name" -> file[0] = in.nextString();
            default -> {
              return false;
            }
          }
          return true;
        });
    return new Image(numbers[0], file[0], (int) numbers[1], (int) numbers[2]);
  }

  private static Category category(JsonReader json) throws IOException {
    long[] id = {-1};
    String[] text = {""};
    object(
        json,
        (name, in) -> {
          switch (name) {
            case "id" -> id[0] = in.nextLong();
            case "name" -> text[0] = in.nextString();
            default -> {
              return false;
            }
          }
          return true;
        });
    return new Category(id[0], text[0]);
  }

  private static Mark mark(JsonReader json, int place) throws IOException {
    long[] ids = {place, -1, -1};
    double[][] box = {null};
    double[] area = {Double.NaN};
    boolean[] crowd = {false};
    Segmentation[] segmentation = {null};
    object(
        json,
        (name, in) -> {
          switch (name) {
            case "id" -> ids[0] = in.nextLong();
            case "image_id" -> ids[1] = in.nextLong();
            case "category_id" -> ids[2] = in.nextLong();
            case "bbox" -> box[0] = numbers(in);
            case "area" -> area[0] = in.nextDouble();
            case "iscrowd" -> crowd[0] = flag(in);
            case "segmentation" -> segmentation[0] = segmentation(in);
            default -> {
              return false;
            }
          }
          return true;
        });
    return new Mark(ids[0], ids[1], ids[2], box[0], area[0], crowd[0], segmentation[0]);
  }

  private static boolean flag(JsonReader json) throws IOException {
    return json.peek() == JsonToken.BOOLEAN ? json.nextBoolean() : json.nextInt() != 0;
  }

  /** Null if it is empty. */
  private static Segmentation segmentation(JsonReader json) throws IOException {
    if (json.peek() == JsonToken.BEGIN_ARRAY) {
      List<double[]> polygons = new ArrayList<>();
      array(json, () -> polygons.add(numbers(json)));
      return polygons.isEmpty() ? null : new Segmentation(polygons, null, null, null);
    }
    int[][] arrays = {null, null};
    String[] text = {null};
    object(
        json,
        (name, in) -> {
          switch (name) {
            case "size" -> arrays[0] = integers(in);
            case "counts" -> {
              if (in.peek() == JsonToken.STRING) {
                text[0] = in.nextString();
              } else {
                arrays[1] = integers(in);
              }
            }
            default -> {
              return false;
            }
          }
          return true;
        });
    return new Segmentation(null, arrays[0], text[0], arrays[1]);
  }

  private static double[] numbers(JsonReader json) throws IOException {
    double[][] numbers = {new double[16]};
    int[] count = {0};
    array(
        json,
        () -> {
          if (count[0] == numbers[0].length) {
            numbers[0] = Arrays.copyOf(numbers[0], 2 * count[0]);
          }
          numbers[0][count[0]++] = json.nextDouble();
        });
    return Arrays.copyOf(numbers[0], count[0]);
  }

  private static int[] integers(JsonReader json) throws IOException {
    return Arrays.stream(numbers(json)).mapToInt(number -> (int) number).toArray();
  }
}
