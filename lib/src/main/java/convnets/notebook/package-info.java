/**
 * The course inside a Jupyter kernel: {@link convnets.notebook.Course} is the door.
 *
 * <p>Charts, tables, images and arrays are drawn where a cell ends with them or displays them, in
 * JJava and in IJava alike. No other package depends on this one, and outside a kernel everything
 * here still works, on the console.
 */
package convnets.notebook;
