#include "catalog.h"

namespace jaffle {
namespace {

constexpr Product kProducts[] = {
    {"JAF-001", "nutellaphone who dis?", "jaffle", "nutella and banana jaffle", 1100, 1050, 0},
    {"JAF-002", "doctor stew", "jaffle", "house-made beef stew jaffle", 1100, 1050, 0},
    {"JAF-003", "the krautback", "jaffle", "lamb and pork bratwurst with kraut", 1200, 1150, 0},
    {"JAF-004", "flame impala", "jaffle", "pulled pork and pineapple with ghost pepper", 1400, 1350,
     0},
    {"JAF-005", "mel-bun", "jaffle", "melon and minced beef bao, in a jaffle", 1200, 1150, 0},
    {"JAF-006", "goldie hash", "jaffle", "hash browns, egg and cheddar", 900, 900, 420},
    {"BEV-001", "tangaroo", "beverage", "mango and tangerine smoothie", 600, 550, 0},
    {"BEV-002", "chai and mighty", "beverage", "oatmilk chai latte with a shot of protein", 500,
     500, 0},
    {"BEV-003", "vanilla ice", "beverage", "iced coffee with house-made vanilla syrup", 600, 600,
     0},
    {"BEV-004", "for richer or pourover", "beverage", "single-estate coffee, brewed by hand", 700,
     650, 0},
    {"BEV-005", "adele-ade", "beverage", "lemonade with elderflower", 400, 400, 0},
};

constexpr Location kLocations[] = {
    {"Philadelphia", "Pennsylvania", 0, 0.06, 1.3},
    {"Brooklyn", "New York", 45, 0.045, 1.6},
    {"Chicago", "Illinois", 160, 0.0625, 1.2},
    {"San Francisco", "California", 275, 0.075, 1.4},
    {"New Orleans", "Louisiana", 410, 0.04, 0.8},
    {"Los Angeles", "California", 570, 0.08, 1.5},
};

constexpr Supply kSupplies[] = {
    {"SUP-001", "compostable cutlery, large", 7, false, "JAF-001"},
    {"SUP-002", "cutlery and napkin", 8, false, "JAF-002"},
    {"SUP-003", "cutlery and napkin", 8, false, "JAF-003"},
    {"SUP-004", "cutlery and napkin", 8, false, "JAF-004"},
    {"SUP-005", "cutlery and napkin", 8, false, "JAF-005"},
    {"SUP-006", "cutlery and napkin", 8, false, "JAF-006"},
    {"SUP-007", "bread", 33, true, "JAF-001"},
    {"SUP-008", "bread", 33, true, "JAF-002"},
    {"SUP-009", "bread", 33, true, "JAF-003"},
    {"SUP-010", "bread", 33, true, "JAF-004"},
    {"SUP-011", "bread", 33, true, "JAF-005"},
    {"SUP-012", "bread", 33, true, "JAF-006"},
    {"SUP-013", "nutella", 46, true, "JAF-001"},
    {"SUP-014", "banana", 13, true, "JAF-001"},
    {"SUP-015", "beef stew", 169, true, "JAF-002"},
    {"SUP-016", "lamb and pork bratwurst", 234, true, "JAF-003"},
    {"SUP-017", "house-pickled cabbage", 43, true, "JAF-003"},
    {"SUP-018", "pulled pork", 215, true, "JAF-004"},
    {"SUP-019", "pineapple", 26, true, "JAF-004"},
    {"SUP-020", "ghost pepper sauce", 20, true, "JAF-004"},
    {"SUP-021", "melon", 33, true, "JAF-005"},
    {"SUP-022", "minced beef", 124, true, "JAF-005"},
    {"SUP-023", "hash browns", 38, true, "JAF-006"},
    {"SUP-024", "egg and cheddar", 61, true, "JAF-006"},
    {"SUP-025", "cup and lid", 13, false, "BEV-001"},
    {"SUP-026", "cup and lid", 13, false, "BEV-002"},
    {"SUP-027", "cup and lid", 13, false, "BEV-003"},
    {"SUP-028", "cup and lid", 13, false, "BEV-004"},
    {"SUP-029", "cup and lid", 13, false, "BEV-005"},
    {"SUP-030", "mango", 32, true, "BEV-001"},
    {"SUP-031", "tangerine", 20, true, "BEV-001"},
    {"SUP-032", "oatmilk", 11, true, "BEV-002"},
    {"SUP-033", "chai mix", 98, true, "BEV-002"},
    {"SUP-034", "whey protein", 36, false, "BEV-002"},
    {"SUP-035", "coffee", 52, true, "BEV-003"},
    {"SUP-036", "vanilla syrup", 13, false, "BEV-003"},
    {"SUP-037", "single-estate coffee", 91, true, "BEV-004"},
    {"SUP-038", "lemon", 24, true, "BEV-005"},
    {"SUP-039", "elderflower syrup", 17, false, "BEV-005"},
};

constexpr std::string_view kFirstNames[] = {
    "Ada",    "Aisha",  "Alejandro", "Amara",  "Andre", "Anna",     "Arjun",  "Beatriz", "Ben",
    "Bianca", "Caleb",  "Camila",    "Carlos", "Chloe", "Dana",     "Daniel", "Diego",   "Eleni",
    "Elijah", "Emma",   "Esther",    "Farah",  "Felix", "Gabe",     "Grace",  "Hana",    "Hassan",
    "Hugo",   "Imani",  "Ines",      "Isaac",  "Ivy",   "Jamal",    "Jasmin", "Jonas",   "Julia",
    "Kai",    "Kavya",  "Kenji",     "Lena",   "Leo",   "Lucia",    "Malik",  "Maria",   "Mateo",
    "Maya",   "Mei",    "Miguel",    "Naomi",  "Nia",   "Noah",     "Olivia", "Omar",    "Priya",
    "Quinn",  "Rafael", "Rosa",      "Ruth",   "Sam",   "Santiago", "Sara",   "Sofia",   "Tariq",
    "Theo",   "Uma",    "Valeria",   "Victor", "Willa", "Xavier",   "Yara",   "Yusuf",   "Zoe",
};

constexpr std::string_view kLastNames[] = {
    "Abara",    "Adams",     "Ahmed",   "Alvarez",  "Baker",   "Banerjee",  "Barnes",  "Bauer",
    "Bennett",  "Bianchi",   "Brooks",  "Campbell", "Carter",  "Castillo",  "Chen",    "Clark",
    "Cohen",    "Cruz",      "Davis",   "Diaz",     "Dubois",  "Edwards",   "Evans",   "Fischer",
    "Flores",   "Foster",    "Garcia",  "Gomez",    "Green",   "Gupta",     "Hall",    "Harris",
    "Hayes",    "Hernandez", "Hughes",  "Ibrahim",  "Jackson", "Jensen",    "Johnson", "Jones",
    "Kaplan",   "Khan",      "Kim",     "Kowalski", "Lee",     "Lewis",     "Lopez",   "Martin",
    "Mendoza",  "Meyer",     "Miller",  "Mitchell", "Moore",   "Morales",   "Murphy",  "Nakamura",
    "Nguyen",   "Novak",     "Okafor",  "Ortiz",    "Osei",    "Park",      "Patel",   "Perez",
    "Phillips", "Ramos",     "Reed",    "Reyes",    "Rivera",  "Roberts",   "Rossi",   "Ruiz",
    "Sanders",  "Santos",    "Schmidt", "Scott",    "Shah",    "Silva",     "Singh",   "Smith",
    "Sullivan", "Takahashi", "Taylor",  "Thomas",   "Torres",  "Turner",    "Walker",  "Wang",
    "Williams", "Wright",    "Yilmaz",  "Young",    "Zhang",   "Zimmerman",
};

}  // namespace

std::span<const Product> products() { return kProducts; }
std::span<const Location> locations() { return kLocations; }
std::span<const Supply> supplies() { return kSupplies; }
std::span<const std::string_view> first_names() { return kFirstNames; }
std::span<const std::string_view> last_names() { return kLastNames; }

}  // namespace jaffle
