import java.io.FileInputStream;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;

/** Whether files keep PDF/UA-1 (ISO 14289-1), judged by veraPDF: a line for all that fails, then one for each file. */
class PdfUa {
    private static final int MOST_TOLD = 20;

    public static void main(String[] files) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        var foundry = Foundries.defaultInstance();
        for (String file : files) {
            try (var parser = foundry.createParser(new FileInputStream(file), PDFAFlavour.PDFUA_1)) {
                var found = foundry.createValidator(PDFAFlavour.PDFUA_1, MOST_TOLD, false, false, false).validate(parser);
                for (TestAssertion one : found.getTestAssertions()) {
                    if (one.getStatus() == TestAssertion.Status.FAILED) {
                        var rule = one.getRuleId();
                        System.out.printf("%s %s-%s: %s%n", file, rule.getClause(), rule.getTestNumber(), one.getMessage());
                    }
                }
                System.out.printf("%s %b %d%n", file, found.isCompliant(), found.getTotalAssertions());
            }
        }
    }
}
