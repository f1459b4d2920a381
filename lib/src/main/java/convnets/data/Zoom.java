package convnets.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import convnets.torch.BoxOps;
import convnets.torch.ImageOps;

/** A view of each image's plane that comes to fill the image: a part of it, or more than it. */
final class Zoom implements Change {
  private final int height;
  private final int width;

  /** (N, 4): left and top edge, width and height. */
  private final double[] views;

  /** All images (N, C, H, W) as they are. */
  Zoom(Shape images) {
    height = (int) images.get(2);
    width = (int) images.get(3);
    views = new double[4 * (int) images.get(0)];
    for (int i = 0; i < views.length; i += 4) {
      view(i / 4, 0, 0, width, height);
    }
  }

  /** Chooses the view of an image. */
  void view(int image, double left, double top, double width, double height) {
    views[4 * image] = left;
    views[4 * image + 1] = top;
    views[4 * image + 2] = width;
    views[4 * image + 3] = height;
  }

  @Override
  public NDArray images(NDArray images) {
    return ImageOps.zoom(images, views);
  }

  @Override
  public NDArray mask(NDArray mask) {
    return Change.asImages(mask, planes -> ImageOps.zoomNearest(planes, views));
  }

  @Override
  public NDArray boxes(NDArray boxes) {
    float[] matrices = new float[views.length / 4 * 6];
    for (int i = 0; i < views.length / 4; i++) {
      double across = width / views[4 * i + 2];
      double down = height / views[4 * i + 3];
      matrices[6 * i] = (float) across;
      matrices[6 * i + 2] = (float) (-views[4 * i] * across);
      matrices[6 * i + 4] = (float) down;
      matrices[6 * i + 5] = (float) (-views[4 * i + 1] * down);
    }
    return BoxOps.move(boxes, matrices, height, width, Target.LEAST_SEEN);
  }
}
