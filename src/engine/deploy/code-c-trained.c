/* code-c-trained.c: what a C program is that has its trained numbers inside: it reads pictures, and
 * nothing else. The network itself is code-c.c's. */
#include "code-c.h"

#include "parameters.h"

#include <string.h>

static const char main_text[] =
    "/* A number of a PGM header; comments begin with #. */\n"
    "static int read_number(FILE *file)\n"
    "{\n"
    "  int c = getc(file), number = 0;\n"
    "  while (c == '#' || c == ' ' || c == '\\t' || c == '\\r' || c == '\\n') {\n"
    "    if (c == '#')\n"
    "      while (c != '\\n' && c != EOF)\n"
    "        c = getc(file);\n"
    "    c = getc(file);\n"
    "  }\n"
    "  for (; c >= '0' && c <= '9' && number < 100000; c = getc(file))\n"
    "    number = 10 * number + c - '0';\n"
    "  return number;\n"
    "}\n\n"
    "/* A binary PGM (P5) of SIDE x SIDE, ink white on black as in MNIST. */\n"
    "static int read_picture(const char *path, float *x)\n"
    "{\n"
    "  static unsigned char pixels[INPUTS];\n"
    "  FILE *file = fopen(path, \"rb\");\n"
    "  int greatest = 0, good = file && getc(file) == 'P' && getc(file) == '5';\n"
    "  good = good && read_number(file) == SIDE && read_number(file) == SIDE;\n"
    "  greatest = good ? read_number(file) : 0;\n"
    "  good = greatest > 0 && greatest < 256 && fread(pixels, 1, INPUTS, file) == INPUTS;\n"
    "  for (int i = 0; good && i < INPUTS; i++)\n"
    "    x[i] = PREPARED((float)(pixels[i] * 255 / greatest));\n"
    "  if (file)\n"
    "    fclose(file);\n"
    "  return good;\n"
    "}\n\n"
    "/* For each picture: its class, and what the network answers for every class. */\n"
    "int main(int argc, char **argv)\n"
    "{\n"
    "  static float x[INPUTS], answer[CLASSES];\n"
    "  if (argc < 2) {\n"
    "    fprintf(stderr, \"usage: %s PICTURE.pgm...\\n\", argv[0]);\n"
    "    return 2;\n"
    "  }\n"
    "  for (int i = 1; i < argc; i++) {\n"
    "    if (!read_picture(argv[i], x)) {\n"
    "      fprintf(stderr, \"%s is no binary PGM of %d x %d\\n\", argv[i], SIDE, SIDE);\n"
    "      return 1;\n"
    "    }\n"
    "    printf(\"%s: %d\", argv[i], predict(x, answer));\n"
    "    for (int j = 0; j < CLASSES; j++)\n"
    "      printf(\" %.9g\", (double)answer[j]);\n"
    "    printf(\"\\n\");\n"
    "  }\n"
    "  return 0;\n"
    "}\n";

#define NUMBERS_PER_LINE 8

/* The shortest way that C reads as the same float. */
static void
write_number (GString *text, real number)
{
  char digits[G_ASCII_DTOSTR_BUF_SIZE];

  g_ascii_formatd (digits, sizeof digits, "%.9g", (double)number);
  g_string_append (text, digits);
  g_string_append (text, strpbrk (digits, ".e") != NULL ? "f" : ".0f");
}

static void
write_tensor (NnCode *code, const char *name, const real *numbers, gsize n)
{
  g_string_append_printf (code->text, "static const float %s[%zu] = {", name, n);
  for (gsize i = 0; i < n; i++) {
    g_string_append (code->text, i % NUMBERS_PER_LINE == 0 ? "\n  " : " ");
    write_number (code->text, numbers[i]);
    g_string_append (code->text, i + 1 < n ? "," : "\n");
  }
  g_string_append (code->text, "};\n");
}

/* In PyTorch's order, as in every file. */
static void
write_tensors (NnCode *code)
{
  g_autoptr (NnTensorFile) file = nn_tensor_file_new ();

  nn_parameters_add (file, code->network, &code->network->parameters, "");
  for (guint i = 0; i < file->tensors->len; i++) {
    const NnTensor *tensor = file->tensors->pdata[i];
    const char *dot = strchr (tensor->name, '.');
    g_autofree char *name =
        g_strdup_printf ("%s_%.*s", dot + 1, (int)(dot - tensor->name), tensor->name);

    write_tensor (code, name, tensor->data, tensor->n);
  }
  g_string_append (code->text, "\n");
}

void
nn_code_c_trained_begin (NnCode *code)
{
  g_string_append_printf (
      code->text,
      "// %s: the trained network in C99, as Glassbox wrote it. It needs no library but C's own,\n"
      "// and no memory but its own arrays.\n"
      "// cc -O2 -std=c99 THIS.c -lm && ./a.out PICTURE.pgm\n"
      "#include <math.h>\n#include <stdio.h>\n#include <string.h>\n\n"
      "#define SIDE %d\n#define INPUTS %zu\n#define CLASSES %d\n",
      code->experiment->name, code->input.dims[0], nn_shape_size (&code->input), code->n_classes);
  write_tensors (code);
}

void
nn_code_c_trained_end (NnCode *code)
{
  g_string_append (code->text, main_text);
}
