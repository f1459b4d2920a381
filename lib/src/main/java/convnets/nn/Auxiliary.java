package convnets.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Block;

/** The main path, with a side exit that only training takes. */
final class Auxiliary extends Unit {

  private final Block main;
  private final Block head;

  Auxiliary(Block main, Block head) {
    this.main = child(main);
    this.head = child(head);
  }

  /** The path that evaluation takes. */
  Block main() {
    return main;
  }

  @Override
  protected NDList forward(Pass pass, NDList inputs) {
    if (!pass.training() && !pass.initializing()) {
      return pass.run(main, inputs);
    }
    NDArray aside = pass.run(head, inputs).singletonOrThrow();
    NDList outputs = new NDList(pass.run(main, inputs));
    outputs.add(aside);
    return outputs;
  }

  @Override
  public Topology topology() {
    return Topology.AUXILIARY;
  }

  @Override
  public String describe() {
    return "auxiliary";
  }
}
