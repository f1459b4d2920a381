package convnets.gan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import convnets.nn.Pass;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Against a loop over single images, as CycleGAN's code is written. */
class ImagePoolTest {

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private ImagePool pool(int size) {
    ImagePool pool = ImagePool.of(size, 1, 1, 1);
    pool.initialize(manager, DataType.FLOAT32, new Shape(1, 1, 1, 1));
    return pool;
  }

  private float[] ask(ImagePool pool, boolean training, float... images) {
    try (NDManager scratch = manager.newSubManager()) {
      Pass pass = Pass.of(new ParameterStore(scratch, false), training);
      NDArray x = scratch.create(images, new Shape(images.length, 1, 1, 1));
      return pass.run(pool, x).toFloatArray();
    }
  }

  @Test
  void passesOnWhatTheLoopPassesOn() {
    int size = 5;
    ImagePool pool = pool(size);
    List<Float> kept = new ArrayList<>();
    for (int step = 0; step < 60; step++) {
      int n = 1 + step % 4;
      float[] images = new float[n];
      for (int i = 0; i < n; i++) {
        images[i] = 10 * step + i;
      }
      Engine.getEngine("PyTorch").setRandomSeed(step);
      float[] lots = manager.randomUniform(0, 1, new Shape(n, 2), DataType.FLOAT32).toFloatArray();
      float[] expected = images.clone();
      for (int i = 0; i < n; i++) {
        if (kept.size() < size) {
          kept.add(images[i]);
        } else if (lots[2 * i] > 0.5) {
          int place = (int) (lots[2 * i + 1] * size);
          expected[i] = kept.set(place, images[i]);
        }
      }
      Engine.getEngine("PyTorch").setRandomSeed(step);
      assertThat(ask(pool, true, images)).as("step %d", step).containsExactly(expected);
    }
    float[] state = pool.getParameters().get("images").getArray().toFloatArray();
    for (int i = 0; i < size; i++) {
      assertThat(state[i]).isEqualTo(kept.get(i));
    }
  }

  @Test
  void halfOfTheImagesAreOldOnes() {
    ImagePool pool = pool(50);
    int old = 0;
    for (int i = 0; i < 2050; i++) {
      old += ask(pool, true, i)[0] == i ? 0 : 1;
    }
    assertThat(old).isBetween(900, 1100);
  }

  @Test
  void evaluationPassesAllOnAndKeepsNothing() {
    ImagePool pool = pool(3);
    assertThat(ask(pool, false, 1, 2, 3, 4)).containsExactly(1, 2, 3, 4);
    assertThat(pool.getParameters().get("count").getArray().getFloat()).isZero();
    assertThat(pool.outputShape(new Shape(7, 1, 1, 1))).isEqualTo(new Shape(7, 1, 1, 1));
  }

  @Test
  void refusesImagesOfAnotherSize() {
    ImagePool pool = ImagePool.of(3, 3, 8, 8);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> pool.outputShape(new Shape(2, 3, 8, 9)))
        .withMessage(
            "pool of 3 images takes (N, …) of images (3, 8, 8), but was given (2, 3, 8, 9)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ImagePool.of(0, 1, 1, 1))
        .withMessage("size (0) must be at least 1");
  }
}
