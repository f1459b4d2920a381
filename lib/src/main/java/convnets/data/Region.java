package convnets.data;

import java.util.List;

/** Where a thing is seen: the polygons or the runs of a COCO file. */
interface Region {

  /** The mask, row by row. */
  boolean[] mask(int height, int width);

  /** All that is within one of some polygons. */
  static Region of(List<Polygon> polygons) {
    return (height, width) -> {
      boolean[] mask = new boolean[height * width];
      for (Polygon polygon : polygons) {
        boolean[] part = polygon.fill(height, width).mask();
        for (int p = 0; p < mask.length; p++) {
          mask[p] |= part[p];
        }
      }
      return mask;
    };
  }

  /** Runs, for pictures of their size. */
  static Region of(RunLengths runs) {
    return (height, width) -> runs.mask();
  }
}
