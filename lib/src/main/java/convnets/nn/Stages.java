package convnets.nn;

import ai.djl.ndarray.NDList;
import ai.djl.nn.Block;

/** Blocks in series, each of whose outputs is an output. */
class Stages extends Unit {

  Stages(Block... stages) {
    if (stages.length == 0) {
      throw new IllegalArgumentException("stages takes at least 1 block, but was given none");
    }
    for (Block stage : stages) {
      child(stage);
    }
  }

  @Override
  protected NDList forward(Pass pass, NDList inputs) {
    NDList outputs = new NDList();
    NDList x = inputs;
    for (Child stage : children()) {
      x = pass.run(stage.block(), x);
      outputs.add(x.singletonOrThrow());
    }
    return outputs;
  }

  @Override
  public Topology topology() {
    return Topology.STAGES;
  }

  @Override
  public String describe() {
    return "stages";
  }
}
