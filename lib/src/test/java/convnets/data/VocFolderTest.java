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
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder of Pascal VOC by hand, and what can be wrong with it. */
class VocFolderTest {
  private static final String CAT =
      """
      <annotation>
        <folder>VOC2012</folder>
        <filename>one.jpg</filename>
        <size>
          <width>8</width>
          <height>6</height>
          <depth>3</depth>
        </size>
        <object>
          <name>cat</name>
          <part>
            <name>head</name>
            <bndbox><xmin>99</xmin><ymin>99</ymin><xmax>999</xmax><ymax>999</ymax></bndbox>
          </part>
          <difficult>1</difficult>
          <bndbox><xmax>4</xmax><xmin>1</xmin><ymin>1</ymin><ymax>3</ymax></bndbox>
        </object>
        <object>
          <name> dog </name>
          <bndbox><xmin>3</xmin><ymin>2.5</ymin><xmax>8</xmax><ymax>6</ymax></bndbox>
        </object>
      </annotation>
      """;

  @TempDir private Path root;
  private final NDManager manager = NDManager.newBaseManager();

  @BeforeEach
  void write() throws IOException {
    annotation("one", CAT);
    picture("JPEGImages/one.jpg", 8, 6);
    text("ImageSets/Main/train.txt", "\uFEFFone  1\n\n");
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private void annotation(String name, String xml) throws IOException {
    text("Annotations/" + name + ".xml", xml);
  }

  private void text(String name, String text) throws IOException {
    Files.createDirectories(root.resolve(name).getParent());
    Files.writeString(root.resolve(name), text);
  }

  private void picture(String name, int width, int height) throws IOException {
    var picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    save(name, picture, name.substring(name.length() - 3));
  }

  private void save(String name, BufferedImage picture, String format) throws IOException {
    Files.createDirectories(root.resolve(name).getParent());
    ImageIO.write(picture, format, root.resolve(name).toFile());
  }

  private AnnotatedSource source() {
    return VocFolder.at(root).set("train").source(manager, 6, 8);
  }

  @Test
  void pixelsCountFromOneAndDifficultThingsAreIgnored() {
    assertThat(source().classes()).hasSize(20).startsWith("aeroplane").endsWith("tvmonitor");
    assertThat(source().annotations(0))
        .containsExactly(
            new Annotation(7, 0, 0, 4, 3, true, 12), new Annotation(11, 2, 1.5f, 8, 6, false, 27));
    assertThat(source().gather(manager, 0).get(1).toFloatArray())
        .containsExactly(11, 2, 1.5f, 8, 6);
    AnnotatedSource both = VocFolder.at(root).withDifficult().source(manager, 12, 8);
    assertThat(both.gather(manager, 0).get(1).toFloatArray())
        .containsExactly(7, 0, 0, 4, 6, 11, 2, 3, 8, 12);
  }

  @Test
  void masksByPaletteByGreyAndByColour() throws IOException {
    byte[] numbers = new byte[48];
    numbers[0] = 8; // cat
    numbers[9] = 12;
    numbers[47] = (byte) 255;
    BufferedImage palette = VocMarks.picture(numbers, 8, 6);
    assertThat(palette.getRGB(0, 0) & 0xFFFFFF).isEqualTo(0x400000); // as VOC's cats are
    assertThat(palette.getRGB(1, 1) & 0xFFFFFF).isEqualTo(0x400080);
    assertThat(palette.getRGB(7, 5) & 0xFFFFFF).isEqualTo(0xE0E0C0);
    var grey = new BufferedImage(8, 6, BufferedImage.TYPE_BYTE_GRAY);
    grey.getRaster().setDataElements(0, 0, 8, 6, numbers);
    var colours = new BufferedImage(8, 6, BufferedImage.TYPE_INT_RGB);
    colours.createGraphics().drawImage(palette, 0, 0, null);
    for (BufferedImage mask : List.of(palette, grey, colours)) {
      save("SegmentationClass/one.png", mask, "png");
      assertThat(source().targets(MASK).gather(manager, 0).get(1).toByteArray()).isEqualTo(numbers);
    }
  }

  @Test
  void objectsAreNumberedAsInTheFileAndIgnoredOnesHaveNoRow() throws IOException {
    byte[] numbers = new byte[48];
    numbers[0] = 1; // difficult
    numbers[1] = 2;
    numbers[2] = (byte) 255;
    save("SegmentationObject/one.png", VocMarks.picture(numbers, 8, 6), "png");
    NDList example = source().targets(BOXES, INSTANCES).gather(manager, 0);
    assertThat(example.get(2).toByteArray()).startsWith((byte) 255, (byte) 1, (byte) 255, (byte) 0);
  }

  @Test
  void aSizeThatIsNotWrittenIsThePictures() throws IOException {
    annotation("one", "<annotation><size><width>0</width></size></annotation>");
    AnnotatedSource empty = source();
    assertThat(empty.annotations(0)).isEmpty();
    assertThat(empty.gather(manager, 0).get(1).toFloatArray()).containsExactly(-1, 0, 0, 0, 0);
  }

  @Test
  void faultsNameFileAndLine() throws IOException {
    refused(CAT.replace("<name>cat", "<name>cart"), "one.xml:10: the class \"cart\" is none of");
    refused(CAT.replace("<xmax>8", "<xmax>10"), "one.xml:20: its box (left 2.0", "8 × 6 pixels");
    refused(CAT.replace("<xmax>8", "<xmax>2"), "one.xml:20: its box", "is empty");
    refused(CAT.replace("2.5", "two"), "one.xml:20: bndbox/ymin (\"two\") must be a number");
    refused(CAT.replace("<name> dog </name>", ""), "one.xml:18: the object has no name");
    refused(CAT.replace("<xmin>3</xmin>", ""), "one.xml:18: the object has no bndbox/xmin");
    refused(CAT.replace("</size>", "</sise>"), "one.xml:8: ");
    refused(CAT + "<", "one.xml:2");
  }

  private void refused(String xml, String... words) throws IOException {
    annotation("one", xml);
    assertThatThrownBy(this::source)
        .isInstanceOf(FileException.class)
        .hasMessageContaining("1 fault in " + root)
        .hasMessageContainingAll(words);
  }

  @Test
  void nothingElseIsReadForAnAnnotation() throws IOException {
    text("secret.txt", "dog");
    String entity =
        "<!DOCTYPE annotation [<!ENTITY x SYSTEM \"%s\">]>\n"
            .formatted(root.resolve("secret.txt").toUri());
    refused(entity + CAT.replace(" dog ", "&x;"), "one.xml:");
    refused("<!DOCTYPE annotation SYSTEM \"missing.dtd\">\n" + CAT, "one.xml:1: ", "document type");
  }

  @Test
  void faultyThingsCanBeLeftOut() throws IOException {
    annotation("one", CAT.replace("<xmax>8", "<xmax>80"));
    annotation("two", CAT.replace("one.jpg", "two.jpg"));
    text("ImageSets/Main/train.txt", "one\ntwo\nthree\n");
    assertThatThrownBy(this::source)
        .hasMessageContainingAll("3 faults", "skipFaulty()", "JPEGImages has no picture two.jpg")
        .hasMessageContaining("three.xml is missing");
    AnnotatedSource left = VocFolder.at(root).set("Main/train").skipFaulty().source(manager, 6, 8);
    assertThat(left.size()).isEqualTo(1);
    assertThat(left.annotations(0)).hasSize(1);
    assertThat(left.faults()).hasSize(3);
  }

  @Test
  void aBoxThatCountsFromZeroIsCutOff() throws IOException {
    annotation("one", CAT.replace("<xmin>1<", "<xmin>0<"));
    assertThat(source().annotations(0).get(0).left()).isZero();
  }

  @Test
  void masksThatDoNotSuitAreNamed() throws IOException {
    assertThatThrownBy(() -> source().targets(MASK))
        .hasMessageContainingAll("1 fault", "SegmentationClass", "one.png is missing");
    picture("SegmentationClass/one.png", 6, 8);
    unsuited(MASK, "SegmentationClass", "is 6 × 8 pixels, and the picture 8 × 6");
    byte[] numbers = new byte[48];
    numbers[0] = 21;
    save("SegmentationClass/one.png", VocMarks.picture(numbers, 8, 6), "png");
    unsuited(MASK, "has pixels of class 21, and there are 20");
    save("SegmentationObject/one.png", VocMarks.picture(numbers, 8, 6), "png");
    unsuited(INSTANCES, "has pixels of object 21, and there are 2");
    var colours = new BufferedImage(8, 6, BufferedImage.TYPE_INT_RGB);
    colours.setRGB(3, 1, 0x010203);
    save("SegmentationClass/one.png", colours, "png");
    unsuited(MASK, "(row 1, column 3) of the colour #010203");
  }

  private void unsuited(Target kind, String... words) {
    AnnotatedSource source = source().targets(kind);
    assertThatThrownBy(() -> source.gather(manager, 0))
        .isInstanceOf(FileException.class)
        .hasMessageContaining("one.jpg")
        .hasMessageContainingAll(words);
  }

  @Test
  void picturesThatDoNotSuitAreNamed() throws IOException {
    AnnotatedSource source = source();
    picture("JPEGImages/one.jpg", 6, 8);
    assertThatThrownBy(() -> source.gather(manager, 0))
        .hasMessageContainingAll("one.jpg: it is 6 × 8 pixels", "one.xml says 8 × 6");
    text("JPEGImages/one.jpg", "no picture");
    assertThatThrownBy(() -> source.gather(manager, 0))
        .hasMessageContaining("one.jpg: it is text, not a picture");
    assertThatThrownBy(() -> VocFolder.at(root).set("test").source(manager, 6, 8))
        .hasMessageContainingAll("test.txt", "one a line");
    text("ImageSets/Main/none.txt", "");
    assertThatThrownBy(() -> VocFolder.at(root).set("none").source(manager, 6, 8))
        .hasMessage(root + " has no pictures: expected one or more");
    assertThatThrownBy(() -> VocFolder.at(root).set("my train"))
        .hasMessage("set (my train) must be a name without spaces");
    assertThatThrownBy(() -> VocFolder.at(root).classes(List.of("a", "a")))
        .hasMessage("classes [a, a] must be one or more, each another");
    assertThatThrownBy(() -> VocFolder.at(root.resolve("x")).source(manager, 6, 8))
        .hasMessageContaining("has no folder Annotations");
  }
}
