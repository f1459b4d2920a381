package convnets.notebook;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.pytorch.jni.JniUtils;
import convnets.torch.TorchOps;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a block was like at some moment, to see whether it still is. */
final class BlockState implements AutoCloseable {

  /** What a parameter held, and whether it could be trained. */
  private record Held(NDArray value, boolean trainable) {}

  private final NDManager manager = NDManager.newBaseManager();
  private final boolean gradMode = JniUtils.isGradMode();
  private final Block block;
  private final Map<String, Held> before = new LinkedHashMap<>();

  /** Looks at an initialised block. */
  BlockState(Block block) {
    this.block = block;
    for (var pair : block.getParameters()) {
      Parameter parameter = pair.getValue();
      NDArray value = parameter.getArray().duplicate();
      value.attach(manager);
      before.put(pair.getKey(), new Held(value, parameter.requiresGradient()));
    }
  }

  /** Claims that all is as it was: what each parameter holds, and whether it can be trained. */
  void claim(Check check, String what) {
    var now = block.getParameters();
    check
        .that(what + " afterwards, its parameters", now.keys())
        .equalTo(List.copyOf(before.keySet()));
    before.forEach(
        (name, held) -> {
          Parameter parameter = now.get(name);
          check.that(what + " afterwards, " + name, parameter.getArray()).equalTo(held.value);
          check
              .that(
                  what + " afterwards, whether " + name + " can be trained",
                  parameter.requiresGradient())
              .equalTo(held.trainable);
        });
    check.that("PyTorch's grad mode afterwards", JniUtils.isGradMode()).equalTo(gradMode);
  }

  /** Puts back what is not as it was, as far as it still is there. */
  void restore() {
    JniUtils.setGradMode(gradMode);
    for (var pair : block.getParameters()) {
      Held held = before.get(pair.getKey());
      Parameter parameter = pair.getValue();
      if (held == null || parameter.getArray().isReleased()) {
        continue;
      }
      if (parameter.requiresGradient() != held.trainable) {
        parameter.freeze(!held.trainable);
      }
      TorchOps.copy(held.value, parameter.getArray());
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
