package convnets.notebook;

import org.dflib.jjava.jupyter.Extension;
import org.dflib.jjava.jupyter.kernel.BaseKernel;

/**
 * Warms up and teaches JJava to draw as soon as the library is on its classpath; the kernel finds
 * this class by itself. IJava has no extensions: there {@link Course#init()} does it.
 */
public final class JJavaExtension implements Extension {

  /** Made by the kernel. */
  public JJavaExtension() {}

  @Override
  public void install(BaseKernel kernel) {
    Warmup.start();
    Renderers.install(kernel.getRenderer());
  }
}
