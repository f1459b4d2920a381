package convnets.nn;

import ai.djl.ndarray.NDList;
import ai.djl.nn.Block;

/** A block in a scope of names of its own. */
final class Named extends Unit {

  private final String name;
  private final Block block;

  Named(String name, Block block) {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("name must not be empty");
    }
    this.name = name;
    this.block = child(name, block);
  }

  @Override
  protected NDList forward(Pass pass, NDList inputs) {
    return pass.run(block, inputs);
  }

  @Override
  public Topology topology() {
    return Topology.SCOPE;
  }

  @Override
  public String describe() {
    return name;
  }
}
