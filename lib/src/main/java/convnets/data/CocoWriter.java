package convnets.data;

import com.google.gson.stream.JsonWriter;
import convnets.io.FileException;
import convnets.io.WholeFile;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;

/**
 * Writes a source as COCO's instances: {@link CocoFolder#write}.
 *
 * @param json the file of instances
 * @param pictures the folder of pictures
 */
record CocoWriter(Path json, Path pictures) {

  /** An annotation, as far as it is kept until all are written. */
  private record Mark(int image, Annotation thing, RunLengths runs) {}

  /** A picture. */
  private record Image(String file, int width, int height) {}

  void write(Source source) {
    Shown.Reader reader = Shown.of(source, Target.BOXES);
    List<Image> images = new ArrayList<>();
    List<Mark> marks = new ArrayList<>();
    try {
      for (int i = 0; i < source.size(); i++) {
        Shown shown = reader.read(i);
        String name = "%012d.png".formatted(i + 1);
        WholeFile.write(pictures.resolve(name), out -> ImageIO.write(shown.picture(), "png", out));
        images.add(new Image(name, shown.width(), shown.height()));
        for (int k = 0; k < shown.things().size(); k++) {
          RunLengths runs = shown.instances() == null ? null : shown.runs(k + 1);
          marks.add(new Mark(i + 1, shown.things().get(k), runs));
        }
      }
      WholeFile.write(
          json,
          out -> {
            var text = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
            var to = new JsonWriter(text);
            write(to, images, marks, source.classes());
            to.flush();
          });
    } catch (IOException e) {
      throw new FileException("cannot write %s and its pictures: %s".formatted(json, e), e);
    }
  }

  private static void write(
      JsonWriter to, List<Image> images, List<Mark> marks, List<String> classes)
      throws IOException {
    to.beginObject();
    to.name("images").beginArray();
    for (int i = 0; i < images.size(); i++) {
      Image image = images.get(i);
      to.beginObject().name("id").value(i + 1).name("file_name").value(image.file());
      to.name("width").value(image.width()).name("height").value(image.height()).endObject();
    }
    to.endArray().name("annotations").beginArray();
    for (int k = 0; k < marks.size(); k++) {
      write(to, k + 1, marks.get(k));
    }
    to.endArray().name("categories").beginArray();
    for (int label = 0; label < classes.size(); label++) {
      to.beginObject().name("id").value(label + 1).name("name").value(classes.get(label));
      to.endObject();
    }
    to.endArray().endObject();
  }

  private static void write(JsonWriter to, int id, Mark mark) throws IOException {
    Annotation thing = mark.thing();
    to.beginObject().name("id").value(id).name("image_id").value(mark.image());
    to.name("category_id").value(thing.label() + 1).name("iscrowd").value(0);
    to.name("bbox").beginArray();
    number(to, thing.left());
    number(to, thing.top());
    number(to, (double) thing.right() - thing.left());
    number(to, (double) thing.bottom() - thing.top());
    to.endArray().name("area");
    number(to, mark.runs() == null ? thing.area() : mark.runs().area());
    to.name("segmentation");
    if (mark.runs() == null) {
      to.beginArray().endArray();
    } else {
      to.beginObject().name("size").beginArray();
      to.value(mark.runs().height()).value(mark.runs().width()).endArray();
      to.name("counts").value(mark.runs().text()).endObject();
    }
    to.endObject();
  }

  /** Without a fraction if it is whole. */
  private static void number(JsonWriter to, double value) throws IOException {
    if (value == Math.rint(value)) {
      to.value((long) value);
    } else {
      to.value(value);
    }
  }
}
