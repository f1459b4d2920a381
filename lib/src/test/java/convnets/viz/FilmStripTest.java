package convnets.viz;

import static convnets.nn.Combinators.seq;
import static convnets.nn.Layers.linear;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import convnets.data.Examples;
import convnets.gan.Snapshots;
import convnets.nn.Unit;
import convnets.train.Schedule;
import convnets.train.Task;
import convnets.train.Training;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is seen of a generator while it learns, and how it is shown. */
class FilmStripTest {

  @TempDir Path folder;
  private final NDManager manager = NDManager.newBaseManager();
  private int looks;

  @AfterEach
  void close() {
    manager.close();
  }

  /** 12 examples in batches of 4, two epochs: six steps. */
  private Snapshots train(Snapshots snapshots) {
    Unit net = seq(linear(2, 1));
    NDArray x = manager.randomNormal(new Shape(12, 2));
    Training.of(net)
        .task(Task.regression("error", (y, t) -> y.sub(t).square().mean()))
        .data(Examples.of(x, x.sum(new int[] {1}, true)))
        .batchSize(4)
        .epochs(2)
        .schedule(Schedule.constant(0.01))
        .on(snapshots)
        .fit();
    return snapshots;
  }

  /** Two pictures of 2×1 pixels, brighter with each look. */
  private NDArray picture() {
    float level = looks++ / 10f;
    return manager.create(new float[] {level, 1, -1, 2}, new Shape(2, 1, 1, 2));
  }

  private static List<Integer> steps(Snapshots snapshots) {
    return snapshots.frames().stream().map(Snapshots.Frame::step).toList();
  }

  @Test
  void framesAreOfTheStepsAskedFor() {
    assertThat(steps(train(Snapshots.of(this::picture)))).containsExactly(0, 3, 6);
    assertThat(steps(train(Snapshots.of(this::picture).every(2)))).containsExactly(0, 2, 4, 6);
    assertThat(steps(train(Snapshots.of(this::picture).at(1, 5)))).containsExactly(1, 5);
    List<Integer> live = new ArrayList<>();
    train(Snapshots.of(this::picture).every(3).live(frame -> live.add(frame.step())));
    assertThat(live).containsExactly(0, 3, 6);
  }

  @Test
  void framesAreBytesOfWhatWasMade() {
    Snapshots seen = train(Snapshots.of(this::picture));
    NDArray second = seen.frames().get(1).images(manager);
    assertThat(second.getShape()).isEqualTo(new Shape(2, 1, 1, 2));
    assertThat(second.toUint8Array()).containsExactly(26, 255, 0, 255);
  }

  @Test
  void theStripHasTimeFromLeftToRight() {
    FilmStrip strip = FilmStrip.of(train(Snapshots.of(this::picture))).rows(2).scale(4);
    BufferedImage image = strip.image();
    assertThat(Picture.displayWidth(image)).isEqualTo(3 + 3 * (2 * 4 + 3));
    assertThat(Picture.displayHeight(image)).isEqualTo(3 + 2 * (4 + 3) + 20);
    assertThat(image.getRGB(2 * (3 + 11) + 1, 2 * 3 + 1) & 0xFF).isEqualTo(26);
    assertThat(AltText.of(image)).contains("2 images after steps 0, 3, 6");
    assertThat(AltText.of(strip.title("forger").image()))
        .contains("forger: 2 images after steps 0, 3, 6");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> strip.rows(3))
        .withMessage("rows (3) must be at most the images of a frame (2)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FilmStrip.of(Snapshots.of(this::picture)))
        .withMessageStartingWith("snapshots hold no frame");
  }

  @Test
  void theGifHasAFrameForEachLook() throws Exception {
    Path file = folder.resolve("film.gif");
    FilmStrip.of(train(Snapshots.of(this::picture))).scale(3).gif(file, 1, 200);
    ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
    try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
      reader.setInput(in);
      assertThat(reader.getNumImages(true)).isEqualTo(3);
      BufferedImage last = reader.read(2);
      assertThat(last.getWidth()).isEqualTo(2 * 3);
      assertThat(last.getHeight()).isEqualTo(2 * 3);
      assertThat(last.getRGB(0, 0) & 0xFF).isEqualTo(51);
      assertThat(last.getRGB(5, 0) & 0xFF).isEqualTo(255);
      assertThat(last.getRGB(0, 5) & 0xFF).isZero();
    } finally {
      reader.dispose();
    }
    assertThat(folder.toFile().list()).containsExactly("film.gif");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FilmStrip.of(train(Snapshots.of(this::picture))).gif(file, 1, 5))
        .withMessage("milliseconds (5) must be at least 10: GIF counts in hundredths");
  }
}
