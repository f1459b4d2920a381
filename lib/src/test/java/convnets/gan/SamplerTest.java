package convnets.gan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.pytorch.jni.JniUtils;
import convnets.nn.NnTest;
import convnets.nn.Unit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SamplerTest extends NnTest {

  private static final Latent NOISE = Latent.normal(3);
  private static final Shape PICTURE = new Shape(1, 2, 2);

  private Unit generator(MLP design, Shape... inputs) {
    Unit generator = design.batchNorm().tanh().generator();
    generator.initialize(manager, DataType.FLOAT32, inputs);
    for (Parameter parameter : generator.getParameters().values()) {
      NDArray value = parameter.getArray();
      boolean variance = parameter.getType() == Parameter.Type.RUNNING_VAR;
      float low = variance ? 0.5f : -0.5f;
      value.set(manager.randomUniform(low, low + 1, value.getShape()).toFloatArray());
    }
    return generator;
  }

  private Unit plain() {
    return generator(MLP.of(PICTURE).latent(3).hidden(5), new Shape(1, 3));
  }

  @Test
  void portionsMakeNoDifferenceAndTheGeneratorStaysAsItWas() {
    Unit generator = plain();
    List<float[]> before = values(generator);
    NDArray noise = NOISE.draw(manager, 600);
    NDArray made = Sampler.of(generator, NOISE).from(noise);
    assertThat(made.getShape()).isEqualTo(new Shape(600, 1, 2, 2));
    assertThat(made.getManager()).isSameAs(manager);
    assertThat(made.toFloatArray())
        .containsExactly(generator.apply(noise).toFloatArray(), within(1e-6f));
    List<float[]> after = values(generator);
    for (int i = 0; i < before.size(); i++) {
      assertThat(after.get(i)).containsExactly(before.get(i));
    }
  }

  private static List<float[]> values(Unit net) {
    List<float[]> values = new ArrayList<>();
    net.getParameters().values().forEach(p -> values.add(p.getArray().toFloatArray()));
    return values;
  }

  @Test
  void pixelsAreFromZeroToOne() {
    Unit generator = plain();
    NDArray noise = NOISE.draw(manager, 5);
    float[] raw = Sampler.of(generator, NOISE).from(noise).toFloatArray();
    float[] pixels = Sampler.of(generator, NOISE).pixels().from(noise).toFloatArray();
    for (int i = 0; i < raw.length; i++) {
      assertThat(pixels[i]).isCloseTo((raw[i] + 1) / 2, within(1e-6f));
    }
    NDArray beyond = manager.create(new float[] {-3, -1, 0, 1, 3});
    assertThat(Pixels.toUnit(beyond).toFloatArray()).containsExactly(0, 0, 0.5f, 1, 1);
    NDArray unit = manager.create(new float[] {0, 0.25f, 1});
    assertThat(Pixels.toSigned(unit).toFloatArray()).containsExactly(-1, -0.5f, 1);
    NDArray image = unit.reshape(1, 1, 1, 3);
    assertThat(Pixels.signed().apply(image, null).toFloatArray()).containsExactly(-1, -0.5f, 1);
    assertThat(unit.toFloatArray()).containsExactly(0, 0.25f, 1);
  }

  @Test
  void eachSampleHasItsClass() {
    MLP design = MLP.of(PICTURE).latent(3).hidden(5).classes(4);
    Unit generator = generator(design, new Shape(1, 3), new Shape(1));
    Sampler sampler = Sampler.of(generator, NOISE);
    int[] labels = new int[300];
    Arrays.setAll(labels, i -> i % 4);
    NDArray noise = NOISE.draw(manager, 1).broadcast(new Shape(300, 3));
    float[] made = sampler.from(noise, labels).toFloatArray();
    for (int i = 4; i < 300; i++) {
      assertThat(made[4 * i]).isCloseTo(made[4 * (i % 4)], within(1e-6f));
    }
    assertThat(made[0]).isNotEqualTo(made[4]);
    assertThat(sampler.labelled(manager, 3, 0).getShape()).isEqualTo(new Shape(2, 1, 2, 2));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> sampler.labelled(manager, 0, 4))
        .withMessage("label (4) must be a class, from 0 to 3");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> sampler.from(NOISE.draw(manager, 2), 1))
        .withMessage("labels (1) must be one for each of the 2 samples");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> sampler.draw(manager, 2))
        .withMessageContaining("takes an input and labels, but was given 1 arrays");
  }

  @Test
  void gradModeAndManagersAreAsBefore() {
    Sampler sampler = Sampler.of(plain(), NOISE);
    JniUtils.setGradMode(true);
    NDArray kept;
    try (NDManager own = manager.newSubManager()) {
      kept = sampler.draw(own, 2);
      assertThat(JniUtils.isGradMode()).isTrue();
      assertThat(kept.getManager()).isSameAs(own);
    } finally {
      JniUtils.setGradMode(false);
    }
    assertThat(kept.isReleased()).isTrue();
  }

  @Test
  void refusesWhatItCannotDraw() {
    Unit raw = MLP.of(PICTURE).generator();
    assertThatIllegalStateException()
        .isThrownBy(() -> Sampler.of(raw, NOISE).draw(manager, 1))
        .withMessageStartingWith("the network has no weights: train it");
    Sampler sampler = Sampler.of(plain(), NOISE);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> sampler.draw(manager, 0))
        .withMessage("n (0) must be at least 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> sampler.from(manager.zeros(new Shape(2, 4))))
        .withMessage("noise (2, 4) must be (N, 3)");
  }

  @Test
  void noiseIsWhatItSays() {
    float[] normal = Latent.normal(50).draw(manager, 400).toFloatArray();
    assertThat(mean(normal)).isCloseTo(0, within(0.03));
    assertThat(mean(squares(normal))).isCloseTo(1, within(0.05));
    float[] uniform = Latent.uniform(50).draw(manager, 400).toFloatArray();
    assertThat(mean(uniform)).isCloseTo(0, within(0.03));
    assertThat(mean(squares(uniform))).isCloseTo(1 / 3.0, within(0.02));
    for (float number : uniform) {
      assertThat(number).isBetween(-1f, 1f);
    }
    assertThat(Latent.uniform(7)).hasToString("uniform noise of 7");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Latent.normal(0))
        .withMessage("size (0) must be at least 1");
  }

  private static double mean(float[] numbers) {
    double sum = 0;
    for (float number : numbers) {
      sum += number;
    }
    return sum / numbers.length;
  }

  private static float[] squares(float[] numbers) {
    float[] squares = numbers.clone();
    for (int i = 0; i < squares.length; i++) {
      squares[i] *= squares[i];
    }
    return squares;
  }
}
