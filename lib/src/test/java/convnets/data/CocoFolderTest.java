package convnets.data;

import static convnets.data.Target.BOXES;
import static convnets.data.Target.INSTANCES;
import static convnets.data.Target.MASK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import convnets.io.FileException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A COCO file by hand, and what can be wrong with it. */
class CocoFolderTest {
  private static final int F = 255;

  /** Categories with gaps, not in order; annotations before images; what nobody asks for. */
  private static final String FILE =
      """
      {"info": {"year": 2017}, "licenses": [],
       "annotations": [
        {"id": 11, "image_id": 7, "category_id": 90, "iscrowd": 0, "bbox": [0, 0, 3, 2],
         "area": 5.5, "segmentation": [[0, 0, 3, 0, 3, 2, 0, 2]]},
        {"id": 12, "image_id": 7, "category_id": 1, "iscrowd": 1, "bbox": [0, 0, 6, 4],
         "segmentation": {"size": [4, 6], "counts": [0, 2, 2, 16, 4]}},
        {"id": 13, "image_id": 7, "category_id": 1, "bbox": [2, 1, 2, 2],
         "segmentation": {"size": [4, 6], "counts": "92207"}, "attributes": {"a": [1, null]}}],
       "images": [{"id": 9, "file_name": "b/empty.png", "width": 5, "height": 3},
        {"id": 7, "file_name": "a.png", "width": 6, "height": 4, "license": null}],
       "categories": [{"id": 90, "name": "dog"}, {"id": 1, "name": "cat"}]}
      """;

  @TempDir private Path root;
  private final NDManager manager = NDManager.newBaseManager();

  @BeforeEach
  void write() throws IOException {
    Files.writeString(root.resolve("set.json"), FILE);
    Files.createDirectories(root.resolve("b"));
    ImageIO.write(
        new BufferedImage(6, 4, BufferedImage.TYPE_INT_RGB), "png", root.resolve("a.png").toFile());
    ImageIO.write(
        new BufferedImage(5, 3, BufferedImage.TYPE_INT_RGB),
        "png",
        root.resolve("b/empty.png").toFile());
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private CocoFolder folder() {
    return CocoFolder.at(root.resolve("set.json"), root);
  }

  private AnnotatedSource source() {
    return folder().source(manager, 4, 6);
  }

  @Test
  void classesAreByRisingIdAndCrowdsAreIgnored() {
    assertThat(source().classes()).containsExactly("cat", "dog");
    assertThat(source().size()).isEqualTo(2);
    assertThat(source().annotations(0)).isEmpty();
    assertThat(source().annotations(1))
        .containsExactly(
            new Annotation(1, 0, 0, 3, 2, false, 5.5),
            new Annotation(0, 0, 0, 6, 4, true, 24),
            new Annotation(0, 2, 1, 4, 3, false, 4));
    assertThat(source().file(1)).isEqualTo(root.resolve("a.png"));
    assertThat(source().gather(manager, 0, 1).get(1).toFloatArray())
        .containsExactly(-1, 0, 0, 0, 0, -1, 0, 0, 0, 0, 1, 0, 0, 3, 2, 0, 2, 1, 4, 3);
  }

  @Test
  void polygonsRunsAndCrowdsBecomeMasks() {
    NDList example = source().targets(MASK, INSTANCES).gather(manager, 1);
    // The dog is 3 × 2, the cat 2 × 2 from row 1, column 2; both claim one pixel.
    assertThat(unsigned(example.get(1).toByteArray()))
        .containsExactly(
            2, 2, 2, F, F, 0, //
            2, 2, F, 1, F, 0, //
            0, F, 1, 1, F, 0, //
            0, F, F, F, F, 0);
    assertThat(unsigned(example.get(2).toByteArray()))
        .containsExactly(
            1, 1, 1, F, F, 0, //
            1, 1, F, 2, F, 0, //
            0, F, 2, 2, F, 0, //
            0, F, F, F, F, 0);
  }

  private static int[] unsigned(byte[] bytes) {
    int[] numbers = new int[bytes.length];
    Arrays.setAll(numbers, i -> Byte.toUnsignedInt(bytes[i]));
    return numbers;
  }

  @Test
  void faultsNameTheAnnotation() throws IOException {
    refused("\"bbox\": [2, 1, 2, 2]", "\"bbox\": [2, 1, 6, 2]", "annotation 13: its box (left 2.0");
    refused("\"bbox\": [2, 1, 2, 2]", "\"bbox\": [2, 1, 0, 2]", "annotation 13: its box", "empty");
    refused("\"bbox\": [2, 1, 2, 2]", "\"bbox\": [2, 1]", "annotation 13: its bbox must be left");
    refused("\"bbox\": [2, 1, 2, 2]", "\"bbox\": null", "annotation 13: its bbox must be left");
    refused(
        "\"image_id\": 7, \"category_id\": 90",
        "\"image_id\": 8, \"category_id\": 90",
        "annotation 11: there is no image of id 8");
    refused(
        "\"category_id\": 90", "\"category_id\": 2", "annotation 11: there is no category of id 2");
    refused(
        "[4, 6], \"counts\": [",
        "[6, 4], \"counts\": [",
        "annotation 12: its mask is of size [6, 4] (height, width), and its picture of [4, 6]");
    refused("16, 4]", "16, 5]", "annotation 12: its runs make 25 pixels");
    refused("\"92207\"", "\"9220\"", "annotation 13: its runs make");
    refused(
        "[[0, 0, 3, 0, 3, 2, 0, 2]]", "[[0, 0, 3, 0]]", "annotation 11: its polygon has 4 numb");
    refused("\"a.png\"", "\"c.png\"", "image 7: " + root + " has no picture c.png");
    refused("\"a.png\"", "\"../a.png\"", "image 7: " + root + " has no picture ../a.png");
  }

  private void refused(String from, String to, String... words) throws IOException {
    assertThat(FILE).contains(from);
    Files.writeString(root.resolve("set.json"), FILE.replace(from, to));
    assertThatThrownBy(this::source)
        .isInstanceOf(FileException.class)
        .hasMessageContaining("1 fault in " + root.resolve("set.json"))
        .hasMessageContainingAll(words);
    assertThat(folder().skipFaulty().source(manager, 4, 6).faults()).hasSize(1);
  }

  @Test
  void whatIsNoCocoFileIsSaid() throws IOException {
    broken(FILE.substring(0, 300), "Unterminated string at line 6 ");
    broken(FILE.replace("\"images\": [", "\"images\": {"), "line 9", "$.images");
    broken(FILE.replace("\"id\": 9,", "\"id\": \"x\","), "x");
    broken(FILE.replace("\"categories\"", "\"categorie\""), "names no categories");
    broken("{}", "names no categories");
    assertThatThrownBy(() -> CocoFolder.at(root.resolve("no.json"), root).source(manager, 4, 6))
        .isInstanceOf(FileException.class)
        .hasMessageContaining("no.json");
  }

  private void broken(String text, String... words) throws IOException {
    Files.writeString(root.resolve("set.json"), text);
    assertThatThrownBy(this::source)
        .isInstanceOf(FileException.class)
        .hasMessageContaining("set.json")
        .hasMessageContainingAll(words);
  }

  @Test
  void masksNeedASegmentationOfEach() throws IOException {
    String without = FILE.replace("{\"size\": [4, 6], \"counts\": \"92207\"}", "[]");
    Files.writeString(root.resolve("set.json"), without);
    assertThat(source().gather(manager, 1)).hasSize(2);
    assertThatThrownBy(() -> source().targets(BOXES, MASK))
        .isInstanceOf(FileException.class)
        .hasMessageContaining("annotation 13 has no segmentation");
  }

  @Test
  void sizesThatAreNotWrittenAreThePictures() throws IOException {
    String without = FILE.replace("\"width\": 6, \"height\": 4, ", "");
    Files.writeString(root.resolve("set.json"), without);
    assertThat(source().annotations(1)).hasSize(3);
    assertThat(List.of(source().annotations(1).get(0).right())).containsExactly(3f);
  }
}
